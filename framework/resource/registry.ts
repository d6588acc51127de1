/** Gathers resources, proves that their links meet, and refuses names that would collide on the wire. */
import { DeclarationError } from '../errors.ts'
import type { LinksIn, ResourceMap } from './item.ts'
import type { BelongsTo, Link, OnDelete } from './link.ts'
import {
  linkOperationName,
  linkPath,
  operationName,
  operationPath,
  STORE_OPERATIONS,
} from './operation-name.ts'
import { attributeOrThrow, type Resource } from './resource.ts'

/** A foreign key of the database: these attributes hold the key of that resource. */
export interface ForeignKey {
  readonly attributes: readonly string[]
  readonly target: Resource
  readonly onDelete: Exclude<OnDelete, 'ignore'>
}

/** Resources that belong together. */
export interface Registry<M extends ResourceMap = ResourceMap> {
  readonly resources: M
  /** Every resource, those that others point at first where no circle forbids it. */
  readonly list: readonly Resource[]
  /** The resource of that name. @throws DeclarationError when there is none */
  resource(name: string): Resource
  /** The foreign keys of a resource, one per reference. */
  foreignKeysOf(resource: Resource): readonly ForeignKey[]
  /** The target of a link. */
  targetOf(link: Link): Resource
}

/** A sentence in place of a type, so that the compiler's message tells the mistake. */
interface Mistake<Message extends string> {
  readonly mistake: Message
}

type UnknownTarget<M extends ResourceMap> = {
  [N in keyof M]: {
    [K in keyof LinksIn<M[N]>]: LinksIn<M[N]>[K] extends { readonly target: infer T extends string }
      ? T extends keyof M
        ? never
        : `${N & string}.${K & string}: there is no resource '${T}'`
      : never
  }[keyof LinksIn<M[N]>]
}[keyof M]

type Proved<M extends ResourceMap> = [UnknownTarget<M>] extends [never]
  ? unknown
  : Mistake<UnknownTarget<M> & string>

/**
 * Gathers resources under their own names and proves their links.
 * @throws DeclarationError naming resource, link or attribute, and the mend
 */
export function resources<const M extends ResourceMap>(map: M & Proved<M>): Registry<M> {
  const byName: ResourceMap = map
  for (const [name, resource] of Object.entries(byName)) {
    if (name !== resource.name) {
      throw new DeclarationError(
        `Resource '${resource.name}' is gathered as '${name}'. Use its own name.`,
      )
    }
  }
  const find = (name: string, where: string): Resource => {
    const found = Object.hasOwn(byName, name) ? byName[name] : undefined
    if (found !== undefined) return found
    throw new DeclarationError(
      `${where}: there is no resource '${name}'. There are ${Object.keys(byName).join(', ')}.`,
    )
  }
  const all = Object.values(byName)
  const foreignKeys = new Map(all.map((resource) => [resource, gatherForeignKeys(resource, find)]))
  for (const resource of all) proveLinks(resource, find)
  refuseCollisions(all)
  return Object.freeze({
    resources: Object.freeze({ ...map }),
    list: Object.freeze(sortByReference(all, foreignKeys)),
    resource: (name: string) => find(name, 'The registry'),
    foreignKeysOf: (resource: Resource) => foreignKeys.get(resource) ?? [],
    targetOf: (link: Link) => find(link.target, 'A link'),
  })
}

type Find = (name: string, where: string) => Resource

function gatherForeignKeys(resource: Resource, find: Find): readonly ForeignKey[] {
  const links = Object.entries(resource.links).filter(
    (entry): entry is [string, BelongsTo] => entry[1].kind === 'belongsTo',
  )
  const linked = links.flatMap(([name, { attributes, target, onDelete }]) => {
    const found = find(target, `${resource.name}.${name}`)
    proveSameKey(`${resource.name}.${name}`, { resource, attributes }, found)
    return onDelete === 'ignore' ? [] : [{ attributes, target: found, onDelete }]
  })
  const covered = new Set(links.flatMap(([, { attributes }]) => attributes))
  const bare = Object.entries(resource.attributes).flatMap(([name, { references }]) => {
    if (references === undefined || covered.has(name)) return []
    const target = find(references, `${resource.name}.${name}`)
    proveSameKey(`${resource.name}.${name}`, { resource, attributes: [name] }, target)
    return [{ attributes: [name], target, onDelete: 'block' as const }]
  })
  return Object.freeze([...linked, ...bare])
}

interface Holder {
  readonly resource: Resource
  readonly attributes: readonly string[]
}

/** The holder's attributes must be able to hold the key of `target`. */
function proveSameKey(path: string, { resource, attributes }: Holder, target: Resource): void {
  const held = attributes.map((name) => attributeOrThrow(resource, name, path).column)
  const key = target.key.map((name) => target.attributes[name]?.column)
  if (held.join() !== key.join()) {
    throw new DeclarationError(
      `${path}: ${resource.name}.${attributes.join(', ')} (${held.join(', ')}) can't hold the key of ${target.name}, ` +
        `which is ${target.key.join(', ')} (${key.join(', ')}).`,
    )
  }
}

function proveLinks(resource: Resource, find: Find): void {
  for (const [name, link] of Object.entries(resource.links)) {
    const path = `${resource.name}.${name}`
    const target = find(link.target, path)
    switch (link.kind) {
      case 'belongsTo':
        break
      case 'hasMany':
      case 'hasOne':
      case 'hasCount':
        proveSameKey(path, { resource: target, attributes: link.attributes }, resource)
        break
      case 'manyToMany': {
        const through = find(link.through, path)
        proveSameKey(path, { resource: through, attributes: link.from }, resource)
        proveSameKey(path, { resource: through, attributes: link.to }, target)
      }
    }
  }
}

function refuseCollisions(all: readonly Resource[]): void {
  const taken = new Map<string, string>()
  const claim = (name: string, owner: string): void => {
    const other = taken.get(name)
    if (other !== undefined && other !== owner) {
      throw new DeclarationError(
        `${owner} and ${other} would both be '${name}' on the wire. Rename one.`,
      )
    }
    taken.set(name, owner)
  }
  for (const resource of all) {
    for (const operation of STORE_OPERATIONS) {
      claim(operationName(resource, operation), `The operation ${operation} of ${resource.name}`)
      claim(operationPath(resource, operation), `The path of ${resource.name}`)
    }
    for (const [name, link] of Object.entries(resource.links)) {
      claim(linkOperationName(resource, name, link), `The link ${resource.name}.${name}`)
      claim(linkPath(resource, name), `The link ${resource.name}.${name}`)
    }
  }
}

type ForeignKeys = ReadonlyMap<Resource, readonly ForeignKey[]>

/** What a resource refers to comes before it. A reference that may be null gives way where resources refer to each other in a circle. */
function sortByReference(all: readonly Resource[], foreignKeys: ForeignKeys): Resource[] {
  const sorted = new Set<Resource>()
  const visiting = new Set<Resource>()
  const visit = (resource: Resource): void => {
    if (sorted.has(resource) || visiting.has(resource)) return
    visiting.add(resource)
    for (const foreignKey of foreignKeys.get(resource) ?? []) {
      const { target } = foreignKey
      if (!isNullable(resource, foreignKey) || !leadsTo(target, resource, foreignKeys))
        visit(target)
    }
    sorted.add(resource)
  }
  all.forEach(visit)
  return [...sorted]
}

function isNullable({ attributes }: Resource, foreignKey: ForeignKey): boolean {
  return foreignKey.attributes.some((name) => attributes[name]?.isNullable === true)
}

function leadsTo(from: Resource, to: Resource, foreignKeys: ForeignKeys): boolean {
  const seen = new Set<Resource>([from])
  for (const resource of seen) {
    if (resource === to) return true
    // What is added to a set while it is gone through is gone through too.
    for (const { target } of foreignKeys.get(resource) ?? []) seen.add(target)
  }
  return false
}
