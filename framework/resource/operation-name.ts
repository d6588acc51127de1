/** Names and paths of the operations that a resource brings; one place, so that collisions are seen at the declaration. */
import type { Link } from './link.ts'
import type { Resource } from './resource.ts'

/** The store operations that are reachable from outside. */
export type StoreOperation =
  'create' | 'read' | 'update' | 'delete' | 'search' | 'count' | 'read_batch' | 'edit_batch'

/** Every store operation, in the order of the documents. */
export const STORE_OPERATIONS: readonly StoreOperation[] = Object.freeze([
  'create', 'read', 'update', 'delete', 'search', 'count', 'read_batch', 'edit_batch',
] as const) // prettier-ignore

/** snake_case to kebab-case: how names of resources, links and actions stand in paths. */
export function toKebab(name: string): string {
  return name.replaceAll('_', '-')
}

/** The operationId of a store operation, such as `message_read_batch`. */
export function operationName(resource: Resource, operation: StoreOperation): string {
  return `${resource.name}_${operation}`
}

/** The operationId of reading a link: `message_author_read`, `user_authored_messages_search`, `user_authored_message_count_count`. */
export function linkOperationName(resource: Resource, linkName: string, link: Link): string {
  return `${resource.name}_${linkName}_${LINK_VERB[link.kind]}`
}

const LINK_VERB: Readonly<Record<Link['kind'], string>> = Object.freeze({
  belongsTo: 'read',
  hasOne: 'read',
  hasMany: 'search',
  manyToMany: 'search',
  hasCount: 'count',
})

/** The path of a store operation below the root, such as `/actions/message-search`; `{key}` stands for the key. */
export function operationPath(resource: Resource, operation: StoreOperation): string {
  const base = `/actions/${toKebab(resource.name)}`
  switch (operation) {
    case 'create':
      return base
    case 'read':
    case 'update':
    case 'delete':
      return `${base}/{key}`
    case 'search':
      return `${base}-search`
    case 'count':
      return `${base}-count`
    case 'read_batch':
    case 'edit_batch':
      return `${base}-batch`
  }
}

/** The path of reading a link, such as `/actions/user/{key}/authored-messages`. */
export function linkPath(resource: Resource, linkName: string): string {
  return `/actions/${toKebab(resource.name)}/{key}/${toKebab(linkName)}`
}

/** The path of an action, such as `/actions/sign-up`. */
export function actionPath(name: string): string {
  return `/actions/${toKebab(name)}`
}
