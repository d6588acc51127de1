/** What creates and updates may bring. */

import t from 'tap'
import { InternalError, type InvalidError } from '../../../framework/errors.ts'
import { openOutline } from '../../../framework/security/access.ts'
import {
  createItemCheck,
  setsCheck,
  updateItemCheck,
  type CheckItem,
} from '../../../framework/store/item-input.ts'
import { everything, note, place } from '../../kit/sample-resources.ts'

const faultsOf = (check: CheckItem, item: unknown): readonly string[] => {
  try {
    check(item, '/item')
    return []
  } catch (error) {
    return (error as InvalidError).faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
  }
}

t.test('a create brings what is required, and nothing that is not its to bring', async (t) => {
  const check = createItemCheck(everything, openOutline(everything), {})
  t.same(faultsOf(check, { title: 'a', text: null, tag_name: undefined }), [])
  t.strictSame(check({ title: 'a', text: undefined }, ''), { title: 'a' })
  t.same(faultsOf(check, {}), ['/item/title is required'])
  t.same(faultsOf(check, { title: null, secret: 'x', server_set: 'x', created_at: 'x', 'a/b': 1 }), [
    '/item/title must not be null', '/item/secret is not known here', '/item/server_set is not known here',
    '/item/created_at is not known here', '/item/a~1b is not known here',
  ]) // prettier-ignore
  t.same(
    faultsOf(createItemCheck(note, openOutline(note), { text: 'set' }), {
      everything_id: everything.name,
      text: 'x',
    }),
    [
      '/item/everything_id must match format "uuid"',
      `/item/everything_id must match pattern "${String(Reflect.get(note.attributes.everything_id.schema, 'pattern'))}"`,
      '/item/text is not known here',
    ],
  )
})

t.test('an update changes no key, and nothing that is set once', async (t) => {
  const check = updateItemCheck(everything, openOutline(everything))
  t.same(faultsOf(check, { id: 'x', once: 'x', updated_at: 'x' }), [
    '/item/id is not known here', '/item/once is not known here', '/item/updated_at is not known here',
  ]) // prettier-ignore
  t.same(faultsOf(check, {}), [])
  const freely = { ...openOutline(place) }
  const outline = {
    ...freely,
    attributes: {
      ...freely.attributes,
      country: { readable: true, creatable: true, updatable: true },
    },
  }
  t.same(faultsOf(updateItemCheck(place, outline), { country: 'fr' }), [
    '/item/country is not known here',
  ])
})

t.test('whole numbers of 64 bits keep to their range', async (t) => {
  const check = updateItemCheck(everything, openOutline(everything))
  for (const bigint of ['9223372036854775807', '-9223372036854775808', '0'])
    t.same(faultsOf(check, { bigint }), [])
  for (const bigint of ['9223372036854775808', '-9223372036854775809']) {
    t.same(faultsOf(check, { bigint }), ['/item/bigint is out of range'])
  }
})

t.test('a stranger’s object is no more than its own members', async (t) => {
  const check = updateItemCheck(everything, openOutline(everything))
  t.same(faultsOf(check, JSON.parse('{"__proto__":{"title":"x"},"constructor":1}')), [
    '/item/__proto__ is not known here', '/item/constructor is not known here',
  ]) // prettier-ignore
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`no${String(index)}`, 1]),
  )
  t.equal(faultsOf(check, many).length, 20)
  for (const item of [null, [], 'text', 7, undefined])
    t.same(faultsOf(check, item), ['/item must be an object'])
})

t.test(
  'times are kept in UTC, and those that leave the years of the wire by their offset are refused',
  async (t) => {
    const check = createItemCheck(everything, openOutline(everything), {})
    const kept = (timestamp: string) => check({ title: 'a', timestamp }, '/item')['timestamp']
    t.equal(kept('2026-01-01T01:00:00+01:00'), '2026-01-01T00:00:00.000Z')
    t.equal(kept('2026-01-01T00:00:00+23:59'), '2025-12-31T00:01:00.000Z')
    for (const timestamp of ['0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00']) {
      t.same(faultsOf(check, { title: 'a', timestamp }), ['/item/timestamp is out of range'])
    }
  },
)

t.test('what the server sets is of the declaration, or a defect', async (t) => {
  const check = setsCheck(everything, ['title'])
  t.same(check(undefined), {})
  t.same(check({ server_set: 'x', secret: 'y' }), { server_set: 'x', secret: 'y' })
  for (const sets of [{ title: 'x' }, { nothing: 1 }, { server_set: 5 }]) {
    t.throws(() => check(sets), InternalError, JSON.stringify(sets))
  }
})
