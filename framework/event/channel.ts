/** Named streams that an app declares, fed by committed changes. */
import { DeclarationError } from '../errors.ts'
import type { WireItem } from './change.ts'
import type { ChangeTrigger } from './change-trigger.ts'

/** What a developer writes. */
export interface ChannelDeclaration {
  readonly description: string
  /** The changes that feed it: `afterCreate('message')`. */
  readonly source: ChangeTrigger
  /** Which changes are events, by the row after the change (before it, for deletes); default all. Access is not its matter. */
  readonly filter?: (item: WireItem) => boolean
  /** An event, for documents. */
  readonly example?: WireItem
}

/**
 * A declared channel. Its payload is the item as the subscriber may see it: the store factory of the resource decides per
 * subscriber which events and which attributes.
 */
export interface Channel extends ChannelDeclaration {
  readonly name: string
}

/** Declares a channel. @throws DeclarationError when the name is not snake_case */
export function channel(name: string, declaration: ChannelDeclaration): Channel {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new DeclarationError(`The name of channel '${name}' must be snake_case.`)
  }
  return Object.freeze({ name, ...declaration })
}
