/** The JSON Schemas of one resource as it is served, by the names under which documents keep them. */
import type { TSchema } from 'typebox'
import type { Attribute } from '../resource/attribute.ts'
import type { ColumnType } from '../resource/column-type.ts'
import type { Link } from '../resource/link.ts'
import type { Operator } from '../resource/operator.ts'
import type { Resource } from '../resource/resource.ts'
import type { JsonSchema } from './operation.ts'
import { isLinkServed, type ServedResource, type Services } from './served.ts'

/** What there is a schema of. */
export type SchemaKind = 'item' | 'create' | 'update' | 'result' | 'page' | 'linked_page' | 'filter'

/** Points at a schema of a resource. */
export function schemaRef(resource: Resource, kind: SchemaKind): JsonSchema {
  return refTo(`${resource.name}_${kind}`)
}

/** Points at any schema of the document. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` }
}

/** An object that has these properties and no others. */
export function objectSchema(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = Object.keys(properties),
): JsonSchema {
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}

/** Every schema of a resource, by name. */
export function resourceSchemas(
  served: ServedResource,
  services: Pick<Services, 'served'>,
): Readonly<Record<string, JsonSchema>> {
  const { resource, outline } = served
  const name = (kind: SchemaKind): string => `${resource.name}_${kind}`
  const { create, update } = outline.operations
  return {
    [name('item')]: itemSchema(served, services),
    ...(create ? { [name('create')]: createSchema(served) } : {}),
    ...(update
      ? {
          [name('update')]: {
            ...objectSchema(updateProperties(served), []),
            description: 'What is absent stays as it is.',
          },
        }
      : {}),
    [name('result')]: objectSchema({
      key: { type: 'string', description: 'Stands for the item in paths.' },
      item: schemaRef(resource, 'item'),
      updatable: { type: 'boolean', description: 'Whether the caller may update it.' },
      deletable: { type: 'boolean', description: 'Whether the caller may delete it.' },
    }),
    [name('page')]: pageSchema(resource, {
      creatable: { type: 'boolean', description: 'Whether the caller may create such items.' },
    }),
    [name('linked_page')]: pageSchema(resource, {}),
    [name('filter')]: filterSchema(served, services),
  }
}

function pageSchema(resource: Resource, more: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const always = {
    results: { type: 'array', items: schemaRef(resource, 'result') },
    next_page_key: {
      type: ['string', 'null'],
      description: 'The `page_key` of the next page; null when this is the last.',
    },
    ...more,
  }
  const cursor = {
    type: 'string',
    description: 'With `cursor=true`: every change up to this cursor is in the answer.',
  }
  return objectSchema({ ...always, cursor }, Object.keys(always))
}

function itemSchema(
  { resource, outline, anonymous }: ServedResource,
  services: Pick<Services, 'served'>,
): JsonSchema {
  const readable = Object.entries(resource.attributes).filter(
    ([name]) => outline.attributes[name]?.readable === true,
  )
  const properties = readable.map(([name, attribute]) => [name, valueSchema(attribute)] as const)
  const links = Object.entries(resource.links).filter(([, link]) => isLinkServed(services, link))
  const included = links.map(([name, link]) => [name, includedSchema(link)] as const)
  // What everybody may read is always there; the rest depends on who asks, links on what is included.
  const required = readable
    .map(([name]) => name)
    .filter((name) => anonymous.attributes[name]?.readable.kind === 'all')
  return {
    ...objectSchema(Object.fromEntries([...properties, ...included]), required),
    ...(resource.description === undefined ? {} : { description: resource.description }),
  }
}

function includedSchema(link: Link): JsonSchema {
  const description = 'Only when it is included.'
  switch (link.kind) {
    case 'belongsTo':
    case 'hasOne':
      return { description, anyOf: [refTo(`${link.target}_item`), { type: 'null' }] }
    case 'hasMany':
    case 'manyToMany':
      return { description, ...refTo(`${link.target}_linked_page`) }
    case 'hasCount':
      return { description, type: 'integer', minimum: 0 }
  }
}

function createSchema({ resource, outline }: ServedResource): JsonSchema {
  const creatable = Object.entries(resource.attributes).filter(
    ([name]) => outline.attributes[name]?.creatable === true,
  )
  const required = creatable.flatMap(([name, { isNullable, onCreate }]) =>
    isNullable || onCreate !== undefined ? [] : [name],
  )
  const properties = creatable.map(([name, attribute]) => {
    const { onCreate } = attribute
    const initial = onCreate?.kind === 'value' ? { default: onCreate.value } : {}
    return [name, { ...valueSchema(attribute), ...initial }] as const
  })
  return objectSchema(Object.fromEntries(properties), required)
}

/** The attributes that some caller may change. A key never changes. */
export function updatableNames({ resource, outline }: ServedResource): readonly string[] {
  return resource.attributeNames.filter(
    (name) => outline.attributes[name]?.updatable === true && !resource.key.includes(name),
  )
}

function updateProperties(served: ServedResource): Readonly<Record<string, JsonSchema>> {
  const { attributes } = served.resource
  const properties = updatableNames(served).flatMap((name) => {
    const attribute = attributes[name]
    return attribute === undefined ? [] : [[name, valueSchema(attribute)] as const]
  })
  return Object.fromEntries(properties)
}

/** In a batch the key is with what changes. */
export function updateWithKeySchema(served: ServedResource): JsonSchema {
  const { key, attributes } = served.resource
  const keys = key.flatMap((name) => {
    const attribute = attributes[name]
    return attribute === undefined ? [] : [[name, valueSchema(attribute)] as const]
  })
  return objectSchema({ ...Object.fromEntries(keys), ...updateProperties(served) }, key)
}

/** A schema as plain JSON. */
export function toJsonSchema(schema: TSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema
}

/** The schema of an attribute's value, null included, as plain JSON. */
export function valueSchema({ schema, isNullable }: Attribute): JsonSchema {
  const plain = toJsonSchema(schema)
  if (!isNullable) return plain
  return typeof plain['type'] === 'string' && plain['enum'] === undefined
    ? { ...plain, type: [plain['type'], 'null'] }
    : { anyOf: [plain, { type: 'null' }] }
}

function filterSchema(
  { resource, outline }: ServedResource,
  services: Pick<Services, 'served'>,
): JsonSchema {
  const self = schemaRef(resource, 'filter')
  const attributes = Object.entries(resource.attributes)
    .filter(([name]) => outline.attributes[name]?.readable === true)
    .map(([name, { operators, column }]) => {
      const conditions = operators.map(
        (operator) => [operator, operandSchema(operator, column)] as const,
      )
      return [name, objectSchema(Object.fromEntries(conditions), [])] as const
    })
  const links = Object.entries(resource.links)
    .filter(([, link]) => link.kind !== 'hasCount' && isLinkServed(services, link))
    .map(([name, { target }]) => [name, refTo(`${target}_filter`)] as const)
  return {
    ...objectSchema(
      {
        ...Object.fromEntries(attributes),
        ...Object.fromEntries(links),
        and: { type: 'array', items: self },
        or: { type: 'array', items: self },
        not: self,
        query: { type: 'string', maxLength: 200 },
        none: { const: true },
      },
      [],
    ),
    description: 'All of it must hold. `{}` selects everything.',
  }
}

/** What an operator compares an attribute of that column with, in JSON. */
export function operandSchema(operator: Operator, column: ColumnType): JsonSchema {
  switch (operator) {
    case 'exists':
    case 'not_exists':
      return { type: 'boolean' }
    case 'oneof':
      return { type: 'array', items: OPERAND_OF_COLUMN[column], maxItems: 1000 }
    default:
      return OPERAND_OF_COLUMN[column]
  }
}

const OPERAND_OF_COLUMN: Readonly<Record<ColumnType, JsonSchema>> = Object.freeze({
  text: { type: 'string', maxLength: 4000 },
  uuid: { type: 'string', format: 'uuid' },
  int: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 },
  bigint: { type: 'string', pattern: '^(0|-?[1-9][0-9]{0,18})$' },
  number: { type: 'number' },
  decimal: { type: 'string', pattern: '^-?(0|[1-9][0-9]{0,127})(\\.[0-9]{1,127})?$' },
  boolean: { type: 'boolean' },
  timestamp: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
  json: {},
})
