/** Named streams that an app declares, fed by committed changes. */
import { DeclarationError } from '../errors.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { ChangeOperation, WireItem } from './change.ts'
import type { ChangeTrigger } from './change-trigger.ts'

/** What a developer writes. */
export interface ChannelDeclaration<R extends string = string> {
  readonly description: string
  /** The changes that feed it: `afterCreate('message')`. */
  readonly source: ChangeTrigger<R>
  /** Which changes are events, by the row after the change (before it, for deletes); default all. Access is not its matter. */
  readonly filter?: (item: WireItem) => boolean
  /**
   * Operations that subscribe the socket that calls them, when they are done and it has no subscription to the channel: whoever joins
   * a conversation hears of it from then on. Default none.
   */
  readonly subscribedBy?: readonly string[]
  /** An event, for documents. */
  readonly example?: WireItem
}

/**
 * A declared channel. Its payload is the item as the subscriber may see it: the store factory of the resource decides per
 * subscriber which events and which attributes.
 */
export interface Channel<
  N extends string = string,
  R extends string = string,
> extends ChannelDeclaration<R> {
  readonly name: N
}

/** Declares a channel. @throws DeclarationError when the name is not snake_case */
export function channel<const N extends string, const R extends string>(
  name: N,
  declaration: ChannelDeclaration<R>,
): Channel<N, R> {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new DeclarationError(`The name of channel '${name}' must be snake_case.`)
  }
  return Object.freeze({ name, ...declaration })
}

/**
 * The channels that each operation subscribes its socket to.
 * @param operations all that can be called
 * @throws DeclarationError for a channel that waits for an operation that there is not
 */
export function channelsSubscribedBy(
  channels: readonly Channel[],
  operations: Iterable<string>,
): (operation: string) => readonly string[] {
  const byOperation = new Map<string, string[]>(Iterator.from(operations).map((name) => [name, []]))
  for (const { name, subscribedBy = [] } of channels) {
    for (const operation of subscribedBy) {
      const found = byOperation.get(operation)
      if (found === undefined) {
        throw new DeclarationError(
          `Channel '${name}': there is no operation '${operation}' to subscribe by. Take it out of subscribedBy, or serve it.`,
        )
      }
      found.push(name)
    }
  }
  return (operation) => byOperation.get(operation) ?? []
}

/** A channel as it is served: a declared one, or that of a resource. */
export interface Stream {
  readonly name: string
  readonly resource: Resource
  /** The only changes that count; undefined: all of the resource. */
  readonly source: ChangeOperation | undefined
  /** Which changes are events; undefined: all. */
  readonly filter: ((item: WireItem) => boolean) | undefined
}

/**
 * The streams of an app: one for each declared channel, and one for each resource, under its own name.
 * @throws DeclarationError for channels that can't be told apart, or are of nothing
 */
export function streamsOf(
  registry: Registry,
  channels: readonly Channel[],
): ReadonlyMap<string, Stream> {
  const streams = new Map<string, Stream>()
  for (const { name, source, filter } of channels) {
    if (streams.has(name)) {
      throw new DeclarationError(`There are two channels '${name}'. Rename one.`)
    }
    if (Object.hasOwn(registry.resources, name)) {
      throw new DeclarationError(
        `Channel '${name}' has the name of a resource, whose own channel that is. Rename it.`,
      )
    }
    const resource = registry.resource(source.resource)
    streams.set(name, Object.freeze({ name, resource, source: source.operation, filter }))
  }
  for (const resource of registry.list) {
    const { name } = resource
    streams.set(name, Object.freeze({ name, resource, source: undefined, filter: undefined }))
  }
  return streams
}
