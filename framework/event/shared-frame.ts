/** The bytes of what the hub sends, made once and shared by all who get the same. */
import type { ChangeOperation, WireItem } from './change.ts'

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

function sharedFrame(type: 'Event' | 'Resync', content: object): SharedFrame {
  const head = `{"type":"${type}",`
  const tail = JSON.stringify(content).slice(1)
  const made = new Map<OperationId | undefined, Buffer>()
  return Object.freeze({
    bytes(id: OperationId | undefined) {
      const found = made.get(id)
      if (found !== undefined) return found
      const name = id === undefined ? '' : `"id":${JSON.stringify(id)},`
      const bytes = Buffer.from(head + name + tail)
      made.set(id, bytes)
      return bytes
    },
  })
}
