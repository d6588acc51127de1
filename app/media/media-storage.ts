/** Where the bytes of media are kept: the contract of every storage. */
import type { Readable } from 'node:stream'
import type { DataStore } from '@tus/utils'

/**
 * What is kept of one attachment: the bytes as they were uploaded, an image as we have made it anew, its thumbnail; or of one export.
 * Names on disks and in buckets are made of ids and of these alone, never of what somebody has typed.
 */
export type MediaPart = 'upload' | 'image' | 'thumbnail' | 'export'

/** One part of one attachment, or an export. */
export interface MediaName {
  /** Of the attachment or export: a uuid. */
  readonly id: string
  readonly part: MediaPart
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Something that is kept. */
export interface KeptMedia {
  readonly id: string
  /** When it was last written, in milliseconds since the epoch. */
  readonly changedAtMs: number
}

/** Keeps media. */
export interface MediaStorage {
  /** Takes uploads, piece by piece; for the server of the upload protocol. */
  readonly uploads: DataStore
  /** Writes a part, whole or not at all. A stream is read piece by piece, and destroyed when it can't be written. */
  write(name: MediaName, bytes: Buffer | Readable): Promise<void>
  /** @returns how many bytes it has; undefined: there is none */
  byteCount(name: MediaName): Promise<number | undefined>
  /** @returns its bytes, which the caller reads or destroys. @throws NotFoundError */
  read(name: MediaName, range?: ByteRange): Promise<Readable>
  /** Puts what was uploaded whole where it stays. Called before anybody is told that it is ready; again is fine. */
  keepUpload(id: string): Promise<void>
  /** Lets go of what an upload took on this machine, once it is kept. Again is fine. */
  settle(id: string): Promise<void>
  /** Removes the bytes as they were uploaded. None is fine. */
  removeUpload(id: string): Promise<void>
  /** Removes everything of an attachment or export. None is fine. */
  remove(id: string): Promise<void>
  /** Tells what is kept; an id may come several times. */
  list(): AsyncIterable<KeptMedia>
  close(): void
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** The id that the name of something that is kept begins with; undefined: it is none of ours. */
export function idOfName(name: string): string | undefined {
  return ID.exec(name)?.[0]
}

/** Whether a text is the id of an attachment or export. */
export function isMediaId(text: string): boolean {
  return idOfName(text) === text
}
