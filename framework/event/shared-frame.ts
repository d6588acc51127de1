/** The bytes of what the hub sends, made once and shared by all who get the same. */
import type { ChangeOperation, WireItem } from './change.ts'
import type { PresenceEntry } from './presence-entry.ts'

/** A client's name for one of its operations; replies and events carry it back. */
export type OperationId = string | number

/** One frame as bytes. They are the same object for everybody who named the subscription alike: never change them. */
export interface SharedFrame {
  bytes(id: OperationId | undefined): Buffer
}

/** What an Event frame tells. */
export interface EventContent {
  readonly channel: string
  readonly op: ChangeOperation
  readonly key: string
  readonly cursor: string
  /** The attributes that its readers see; absent for deletes. */
  readonly payload?: WireItem
}

/** `{"type":"Event",…}` */
export function eventFrame(content: EventContent): SharedFrame {
  return sharedFrame('Event', content)
}

/** `{"type":"Resync",…}`: the subscription may have missed something, so the client reads its snapshot again. */
export function resyncFrame(channel: string): SharedFrame {
  return sharedFrame('Resync', { channel })
}

/** What has changed in a channel that is tracked. */
export interface PresenceChanges {
  readonly channel: string
  readonly joins: readonly PresenceEntry[]
  readonly leaves: readonly PresenceEntry[]
}

/** `{"type":"Presence",…}` with what has changed. */
export function presenceFrame(changes: PresenceChanges): SharedFrame {
  return sharedFrame('Presence', { payload: changes })
}

/**
 * `{"type":"Presence",…}` with everybody who is there. Its bytes are not kept: they are many, and each client may name its tracking
 * otherwise.
 * @param entries their JSON texts
 */
export function presenceStateFrame(channel: string, entries: readonly string[]): SharedFrame {
  const tail = `"payload":{"channel":${JSON.stringify(channel)},"state":[${entries.join()}]}}`
  return Object.freeze<SharedFrame>({ bytes: (id) => Buffer.from(headOf('Presence', id) + tail) })
}

type FrameType = 'Event' | 'Resync' | 'Presence'

function sharedFrame(type: FrameType, content: object): SharedFrame {
  const tail = JSON.stringify(content).slice(1)
  const made = new Map<OperationId | undefined, Buffer>()
  let last: { readonly id: OperationId | undefined; readonly bytes: Buffer } | undefined

  function make(id: OperationId | undefined): Buffer {
    const bytes = made.get(id) ?? Buffer.from(headOf(type, id) + tail)
    made.set(id, bytes)
    return bytes
  }
  return Object.freeze({
    bytes(id: OperationId | undefined) {
      // Those who wrote the same client name their subscriptions alike.
      if (last === undefined || last.id !== id) last = { id, bytes: make(id) }
      return last.bytes
    },
  })
}

function headOf(type: FrameType, id: OperationId | undefined): string {
  return `{"type":"${type}",${id === undefined ? '' : `"id":${JSON.stringify(id)},`}`
}
