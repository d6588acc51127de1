/** What processes tell each other of their presence entries, as texts that fit the bus. */
import Type, { type Static } from 'typebox'
import { validatorOf } from '../resource/validator.ts'
import type { PresenceEntry } from './presence-entry.ts'

/** A process, and the place of what it says among all that it says: rising. */
const HEAD = {
  process: Type.String({ minLength: 1 }),
  version: Type.Integer({ minimum: 0 }),
}

const ENTRY = Type.Object({
  channel: Type.String(),
  key: Type.String({ minLength: 1 }),
  subject: Type.String(),
  meta: Type.Record(Type.String(), Type.Unknown()),
  /** That of its last change. */
  version: Type.Integer({ minimum: 0 }),
})

const MESSAGE = Type.Union([
  /** A process is new, or may have missed something: everybody tells everything. */
  Type.Object({ kind: Type.Literal('hello'), ...HEAD }),
  /** A process ends, and all its entries with it. */
  Type.Object({ kind: Type.Literal('bye'), ...HEAD }),
  Type.Object({
    kind: Type.Literal('changes'),
    ...HEAD,
    entries: Type.Array(ENTRY),
    gone: Type.Array(Type.Object({ key: Type.String(), version: Type.Integer({ minimum: 0 }) })),
  }),
  /**
   * At this version the process has exactly these entries with keys after `after` and up to `upTo`; null: without bound. So each
   * part of a large state counts by itself, whichever others are lost.
   */
  Type.Object({
    kind: Type.Literal('state'),
    ...HEAD,
    after: Type.Union([Type.String(), Type.Null()]),
    upTo: Type.Union([Type.String(), Type.Null()]),
    entries: Type.Array(ENTRY),
  }),
])

/** One message. */
export type PresenceMessage = Static<typeof MESSAGE>
/** An entry as it is told. */
export type ToldEntry = Static<typeof ENTRY>
/** That an entry is no more. */
export type ToldLeave = Extract<PresenceMessage, { readonly kind: 'changes' }>['gone'][number]

/** Who says something. */
export interface MessageHead {
  readonly process: string
  readonly version: number
}

/** What everything but entries takes, at most: names, numbers, two keys. */
const ENVELOPE_BYTES = 300

/** The message that a text is; undefined for one of another kind, such as a later release may send. */
export function parsePresenceMessage(text: string): PresenceMessage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return validatorOf(MESSAGE).isValid(value) ? (value as PresenceMessage) : undefined // as checked
  } catch {
    return undefined
  }
}

/** The text of an entry, to be put into messages as it stands. */
export function toldEntry(channel: string, entry: PresenceEntry, version: number): string {
  return JSON.stringify({ channel, ...entry, version })
}

/** Says hello or bye. */
export function signal(kind: 'hello' | 'bye', head: MessageHead): string {
  return JSON.stringify({ kind, ...head })
}

/** Tells changes, in as many texts as it takes. An entry that fits none is not told. */
export function changesTexts(
  head: MessageHead,
  changes: { readonly entries: readonly string[]; readonly gone: readonly ToldLeave[] },
  maxBytes: number,
): readonly string[] {
  const gone = changes.gone.map((leave) => JSON.stringify(leave))
  return [
    ...chunksOf(changes.entries, maxBytes, (text) => text).map((entries) =>
      render({ kind: 'changes', ...head, gone: [] }, 'entries', entries),
    ),
    ...chunksOf(gone, maxBytes, (text) => text).map((leaves) =>
      render({ kind: 'changes', ...head, entries: [] }, 'gone', leaves),
    ),
  ]
}

/** Tells all entries, in as many texts as it takes. An entry that fits none is not told. @param entries texts by key */
export function stateTexts(
  head: MessageHead,
  entries: ReadonlyMap<string, string>,
  maxBytes: number,
): readonly string[] {
  const sorted = [...entries].sort(([one], [other]) => (one < other ? -1 : 1))
  const chunks = chunksOf(sorted, maxBytes, ([, text]) => text)
  if (chunks.length === 0) chunks.push([])
  const ends = chunks.map((chunk) => chunk.at(-1)?.[0] ?? null)
  return chunks.map((chunk, index) => {
    const after = ends[index - 1] ?? null
    const upTo = index === chunks.length - 1 ? null : (ends[index] ?? null)
    const texts = chunk.map(([, text]) => text)
    return render({ kind: 'state', ...head, after, upTo }, 'entries', texts)
  })
}

function render(rest: object, name: string, texts: readonly string[]): string {
  return `${JSON.stringify(rest).slice(0, -1)},"${name}":[${texts.join()}]}`
}

function chunksOf<T>(things: readonly T[], maxBytes: number, textOf: (thing: T) => string): T[][] {
  const most = maxBytes - ENVELOPE_BYTES
  const chunks: T[][] = []
  let left = 0
  for (const thing of things) {
    const bytes = Buffer.byteLength(textOf(thing)) + 1
    if (bytes > most) continue
    const last = chunks.at(-1)
    if (last === undefined || bytes > left) {
      chunks.push([thing])
      left = most - bytes
    } else {
      last.push(thing)
      left -= bytes
    }
  }
  return chunks
}
