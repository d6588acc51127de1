/** What processes tell each other fits the bus, and is read back as it was meant. */
import t from 'tap'
import {
  changesTexts,
  parsePresenceMessage,
  signal,
  stateTexts,
  toldEntry,
  type PresenceMessage,
} from '../../../framework/event/presence-message.ts'

const HEAD = { process: 'p', version: 9 }
const text = (key: string, meta: Readonly<Record<string, string>> = {}) =>
  toldEntry('room:ä', { key, subject: 's', meta }, 3)

function read(texts: readonly string[]): readonly PresenceMessage[] {
  return texts.map((one) => {
    const message = parsePresenceMessage(one)
    if (message === undefined) throw new RangeError(one)
    return message
  })
}

t.test('hello and bye are read back', (t) => {
  t.same(parsePresenceMessage(signal('hello', HEAD)), { kind: 'hello', ...HEAD })
  t.same(parsePresenceMessage(signal('bye', HEAD)), { kind: 'bye', ...HEAD })
  t.end()
})

t.test('few changes are told by one text of a kind', (t) => {
  const gone = [{ key: 'x', version: 8 }]
  const entry = { channel: 'room:ä', key: 'a', subject: 's', meta: { m: 'ö' }, version: 3 }
  t.same(read(changesTexts(HEAD, { entries: [text('a', { m: 'ö' })], gone }, 8000)), [
    { kind: 'changes', ...HEAD, gone: [], entries: [entry] },
    { kind: 'changes', ...HEAD, gone, entries: [] },
  ])
  t.same(changesTexts(HEAD, { entries: [], gone: [] }, 8000), [])
  t.end()
})

t.test('no text is longer than the bus carries, and nothing is missing', (t) => {
  const keys = Array.from({ length: 300 }, (_, number) => `k${String(number)}`)
  const entries = keys.map((key) => text(key, { text: 'ä'.repeat(key.length * 20) }))
  const gone = keys.map((key) => ({ key, version: 3 }))
  const texts = changesTexts(HEAD, { entries, gone }, 2000)
  t.ok(texts.length > 10)
  t.ok(Math.max(...texts.map((one) => Buffer.byteLength(one))) <= 2000)
  const messages = read(texts).map((one) => (one.kind === 'changes' ? one : undefined))
  t.same(
    messages.flatMap((one) => one?.entries.map(({ key }) => key) ?? []),
    keys,
  )
  t.same(
    messages.flatMap((one) => one?.gone ?? []),
    gone,
  )
  t.end()
})

t.test('the parts of a state leave no key out and none twice', (t) => {
  const keys = Array.from({ length: 300 }, (_, number) => `k${String(number)}`)
  const texts = stateTexts(HEAD, new Map(keys.map((key) => [key, text(key)])), 2000)
  t.ok(Math.max(...texts.map((one) => Buffer.byteLength(one))) <= 2000)
  const parts = read(texts).map((one) => (one.kind === 'state' ? one : undefined))
  t.ok(parts.length > 10)
  t.equal(parts[0]?.after, null)
  t.equal(parts.at(-1)?.upTo, null)
  for (const [index, part] of parts.entries()) {
    if (index > 0) t.equal(part?.after, parts[index - 1]?.upTo)
    const told = part?.entries.map(({ key }) => key) ?? []
    t.equal(told.at(-1), part?.upTo ?? told.at(-1))
  }
  t.same(
    parts.flatMap((one) => one?.entries.map(({ key }) => key) ?? []),
    [...keys].sort(),
  )
  t.end()
})

t.test('a process without entries tells that, too', (t) => {
  const state = { kind: 'state', ...HEAD, after: null, upTo: null, entries: [] }
  t.same(read(stateTexts(HEAD, new Map(), 2000)), [state])
  t.end()
})

t.test('an entry that fits no text is left out, alone', (t) => {
  const [small, large] = [text('a'), text('b', { text: 'x'.repeat(3000) })]
  const keysOf = (texts: readonly string[]) =>
    read(texts).flatMap((one) => ('entries' in one ? one.entries.map(({ key }) => key) : []))
  t.same(keysOf(changesTexts(HEAD, { entries: [large, small], gone: [] }, 2000)), ['a'])
  t.same(keysOf(stateTexts(HEAD, new Map([['b', large], ['a', small]]), 2000)), ['a']) // prettier-ignore
  t.end()
})

t.test('what is no message of this kind is none', (t) => {
  const wrong = [
    '',
    'x',
    'null',
    '{}',
    '{"kind":"hello"}',
    '{"kind":"hello","process":"p","version":-1}',
    '{"kind":"later","process":"p","version":1}',
    '{"kind":"changes","process":"p","version":1,"entries":[{}],"gone":[]}',
    '{"kind":"state","process":"p","version":1,"after":null,"upTo":5,"entries":[]}',
  ]
  for (const one of wrong) t.equal(parsePresenceMessage(one), undefined, one)
  t.end()
})
