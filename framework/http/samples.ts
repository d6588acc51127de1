/** Sample values for documents: from what is declared (`examples`, `default`), else the same for each kind of column. */
import Type, { type TSchema } from 'typebox'
import { Create } from 'typebox/value'
import type { Attribute } from '../resource/attribute.ts'
import { columnTypeOf, type ColumnType } from '../resource/column-type.ts'
import { keyOf } from '../resource/key.ts'
import type { Resource } from '../resource/resource.ts'
import { validatorOf } from '../resource/validator.ts'
import { updatableNames } from './resource-schemas.ts'
import type { ServedResource } from './served.ts'

const SAMPLE_OF_COLUMN: Readonly<Record<Exclude<ColumnType, 'json'>, unknown>> = Object.freeze({
  text: 'text',
  uuid: '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01',
  int: 1,
  bigint: '9007199254740993',
  number: 1.5,
  decimal: '12.50',
  boolean: true,
  timestamp: '2026-01-01T12:00:00.000Z',
  date: '2026-01-01',
})

/** A value that an attribute could have. */
export function sampleOf({ schema, column, onCreate }: Attribute): unknown {
  const [example] = examplesOf(schema)
  if (example !== undefined) return example
  if (onCreate?.kind === 'value') return onCreate.value
  return plainSample(schema, column) ?? sampleOfSchema(schema)
}

/** The usual sample of the column, where the schema permits it. */
function plainSample(schema: TSchema, column: ColumnType | undefined): unknown {
  if (column === undefined || column === 'json') return undefined
  const plain = SAMPLE_OF_COLUMN[column]
  return validatorOf(schema).isValid(plain) ? plain : undefined
}

/** A value of any schema: its own first example, or the plainest value that it permits. A pattern can't be guessed: give an example. */
export function sampleOfSchema(schema: TSchema): unknown {
  const [example] = examplesOf(schema)
  if (example !== undefined) return example
  const plain = plainSample(schema, columnTypeOf(schema))
  if (plain !== undefined) return plain
  if (Type.IsString(schema)) return sampleText(schema)
  if (Type.IsUnion(schema) && schema.anyOf[0] !== undefined) return sampleOfSchema(schema.anyOf[0])
  if (Type.IsUnknown(schema)) return {}
  if (!Type.IsObject(schema)) return Create(schema)
  const members = Object.entries(schema.properties)
  return Object.fromEntries(members.map(([name, member]) => [name, sampleOfSchema(member)]))
}

function sampleText(schema: object): string {
  const minLength = 'minLength' in schema ? Number(schema.minLength) : 0
  const maxLength = 'maxLength' in schema ? Number(schema.maxLength) : Infinity
  return 'text'.padEnd(minLength, ' text').slice(0, Math.min(maxLength, Math.max(minLength, 4)))
}

/** An item of which the caller may read all that anybody may. */
export function sampleItem({
  resource,
  outline,
}: ServedResource): Readonly<Record<string, unknown>> {
  return sampleOfAttributes(resource, (name) => outline.attributes[name]?.readable === true)
}

/** What a create may bring, as far as it can be made up. */
export function sampleCreate({
  resource,
  outline,
}: ServedResource): Readonly<Record<string, unknown>> {
  return sampleOfAttributes(
    resource,
    (name) => outline.attributes[name]?.creatable === true && canBeMadeUp(resource, name),
  )
}

/** What an update may bring, as far as it can be made up. */
export function sampleUpdate(served: ServedResource): Readonly<Record<string, unknown>> {
  const names = updatableNames(served)
  return sampleOfAttributes(
    served.resource,
    (name) => names.includes(name) && canBeMadeUp(served.resource, name),
  )
}

/** Whether an example that somebody sends as it stands may bring it: an id would be taken, a reference lead nowhere. */
function canBeMadeUp({ attributes, key, links }: Resource, name: string): boolean {
  const attribute = attributes[name]
  if (attribute === undefined) return false
  const isRequired = !attribute.isNullable && attribute.onCreate === undefined
  const isHolder = Object.values(links).some(
    (link) => link.kind === 'belongsTo' && link.attributes.includes(name),
  )
  return isRequired || !(isHolder || attribute.references !== undefined || key.includes(name))
}

/** The key of the sample item. */
export function sampleKey(resource: Resource): string {
  return keyOf(
    resource,
    sampleOfAttributes(resource, () => true),
  )
}

/** What a store answers of the sample item. */
export function sampleResult(served: ServedResource): Readonly<Record<string, unknown>> {
  const { operations } = served.outline
  return {
    key: sampleKey(served.resource),
    item: sampleItem(served),
    updatable: operations.update,
    deletable: operations.delete,
  }
}

function sampleOfAttributes(
  { attributes }: Resource,
  isShown: (name: string) => boolean,
): Readonly<Record<string, unknown>> {
  const shown = Object.entries(attributes).filter(([name]) => isShown(name))
  return Object.fromEntries(shown.map(([name, attribute]) => [name, sampleOf(attribute)]))
}

function examplesOf(schema: TSchema): readonly unknown[] {
  return 'examples' in schema && Array.isArray(schema.examples) ? schema.examples : []
}
