/** Page keys: opened for the same search alone, and never altered. */

import { randomBytes } from 'node:crypto'
import t from 'tap'
import { DeclarationError, InvalidError } from '../../../framework/errors.ts'
import { ALL, type Filter } from '../../../framework/filter/filter.ts'
import { fullOrder, type Position } from '../../../framework/filter/order.ts'
import { createPageKeys, type PageKeyBound } from '../../../framework/filter/page-key.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, note, tag } from '../../kit/sample-resources.ts'

const SECRETS = [randomBytes(32), randomBytes(32)] as const
const pageKeys = createPageKeys(SECRETS)
const REFUSED = ['?page_key is not a page key of this search']
const ID = '9b38eb94-573f-43d6-a9e7-910757ce3f54'

const text = { attribute: 'text', isDescending: true }
const BOUND: PageKeyBound = {
  resource: everything,
  filter: ALL,
  order: fullOrder(everything, [text]),
  subject: 'me',
}

const opens = (key: string, bound: PageKeyBound = BOUND): readonly string[] =>
  faultsOf(() => pageKeys.open(key, bound))

t.test('what is sealed is opened, whatever the values', (t) => {
  const order = fullOrder(everything, [
    text,
    { attribute: 'int', isDescending: false },
    { attribute: 'boolean', isDescending: false },
  ])
  const positions: readonly Position[] = [
    ['a', 1, true, ID],
    ['', -1, false, ID],
    [null, null, null, ID],
    ['line\nfeed "\\ \u0001 😀 ～', 0, true, ID],
    ['1234,[5]\n[6]', 0, true, ID],
  ]
  for (const position of positions) {
    const key = pageKeys.seal(position, { ...BOUND, order })
    t.match(key, /^[A-Za-z0-9_-]+$/)
    t.strictSame(pageKeys.open(key, { ...BOUND, order }), position)
  }
  t.end()
})

t.test('a text of 4000 characters of any language can be sorted by', (t) => {
  for (const character of ['a', '\u0001', 'é', '～', '"', '😀']) {
    const position = [character.repeat(4000 / character.length), ID]
    const key = pageKeys.seal(position, BOUND)
    t.ok(key.length <= 12 * 1024, `${key.length}`)
    t.strictSame(pageKeys.open(key, BOUND), position)
  }
  t.end()
})

t.test('a place too large to be sent back is refused, not cut', (t) => {
  t.same(
    faultsOf(() => pageKeys.seal(['～'.repeat(6000), ID], BOUND)),
    ['?search_order sorts by texts that are too long to turn the page after'],
  )
  t.end()
})

t.test('a key is good for its resource, filter, order and subject', (t) => {
  const key = pageKeys.seal([ID], { ...BOUND, order: fullOrder(everything) })
  const same = { ...BOUND, order: fullOrder(everything) }
  const filter: Filter = { kind: 'exists', attribute: 'text' }
  t.same(opens(key, same), [])
  t.same(opens(key, { ...same, resource: tag }), REFUSED)
  t.same(opens(key, { ...same, resource: note }), REFUSED)
  t.same(opens(key, { ...same, filter }), REFUSED)
  t.same(opens(key, { ...same, order: [{ attribute: 'id', isDescending: true }] }), REFUSED)
  t.same(opens(key, { ...same, subject: 'you' }), REFUSED)
  t.same(opens(key, { ...same, subject: undefined }), REFUSED)
  t.end()
})

t.test('every altered key is refused', (t) => {
  const key = pageKeys.seal(['a', ID], BOUND)
  const bytes = Buffer.from(key, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = Buffer.from(bytes)
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    t.same(opens(altered.toString('base64url')), REFUSED)
  }
  for (let length = 0; length < key.length; length++) t.same(opens(key.slice(0, length)), REFUSED)
  t.end()
})

t.test('what is no page key is refused alike', (t) => {
  const key = pageKeys.seal(['a', ID], BOUND)
  const others = [
    '',
    'a',
    "' or 1=1",
    `${key}=`,
    `${key}A`,
    ` ${key}`,
    `${key}\n`,
    'x'.repeat(1_000_000),
    'A'.repeat(60),
    '\0',
    '😀',
  ]
  for (const other of others) t.same(opens(other), REFUSED, other.slice(0, 20))
  const foreign = createPageKeys([randomBytes(32)])
  t.same(opens(foreign.seal(['a', ID], BOUND)), REFUSED)
  t.end()
})

t.test('the first secret seals, all open', (t) => {
  const [first, second] = SECRETS
  t.same(opens(createPageKeys([second]).seal(['a', ID], BOUND)), [])
  const key = pageKeys.seal(['a', ID], BOUND)
  t.strictSame(createPageKeys([first]).open(key, BOUND), ['a', ID])
  t.throws(() => createPageKeys([second]).open(key, BOUND), InvalidError)
  t.end()
})

t.test('equal places have different keys that show nothing', (t) => {
  const position = ['a secret place', ID]
  const [one, other] = [pageKeys.seal(position, BOUND), pageKeys.seal(position, BOUND)]
  t.not(one, other)
  t.notOk(Buffer.from(one, 'base64url').includes('secret'))
  t.end()
})

t.test('a key whose values no longer fit the declaration is refused', (t) => {
  t.same(opens(pageKeys.seal([1, ID], BOUND)), REFUSED)
  t.same(opens(pageKeys.seal([ID], BOUND)), REFUSED)
  t.end()
})

t.test('short and absent secrets are refused at start', (t) => {
  t.throws(() => createPageKeys([]), DeclarationError)
  t.throws(() => createPageKeys([randomBytes(31)]), DeclarationError)
  t.doesNotThrow(() => createPageKeys([randomBytes(64)]))
  t.end()
})
