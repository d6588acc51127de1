/** Access: what the declaration permits, and how two of them combine. */

import t from 'tap'
import { ALL, and, NONE, not, or, UNKNOWN, type Filter } from '../../../framework/filter/filter.ts'
import {
  bothAccesses,
  eitherAccess,
  isPossible,
  openAccess,
  openOutline,
  type Access,
} from '../../../framework/security/access.ts'
import { accessRules } from '../../../framework/security/access-rules.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { everything, samples, tag } from '../../kit/sample-resources.ts'
import { callerOf } from '../../kit/stores.ts'

const CALLER = callerOf('me')
const open = openAccess(tag, CALLER)
const named = (value: string): Filter => ({
  kind: 'compare',
  attribute: 'name',
  operator: 'eq',
  value,
})

/** Whoever has a tag 'a' may do with it what is said. */
const access = (change: Partial<Access>): Access => ({ ...open, ...change })

t.test('the open access permits what the declaration does', (t) => {
  const all = openAccess(everything, ANONYMOUS)
  t.match(all, {
    caller: ANONYMOUS,
    create: ALL,
    read: ALL,
    update: ALL,
    delete: ALL,
    isSearchable: true,
    sets: {},
  })
  const permitted = (name: string) => all.attributes[name]
  t.strictSame(permitted('text'), { readable: ALL, creatable: ALL, updatable: ALL })
  t.strictSame(permitted('id'), { readable: ALL, creatable: ALL, updatable: NONE })
  t.strictSame(permitted('once'), { readable: ALL, creatable: ALL, updatable: NONE })
  t.strictSame(permitted('server_set'), { readable: ALL, creatable: NONE, updatable: NONE })
  t.strictSame(permitted('created_at'), { readable: ALL, creatable: NONE, updatable: NONE })
  t.strictSame(permitted('secret'), { readable: NONE, creatable: NONE, updatable: NONE })
  t.strictSame(Object.keys(all.attributes), everything.attributeNames)
  t.ok(Object.isFrozen(all) && Object.isFrozen(all.attributes) && Object.isFrozen(all.sets))
  t.end()
})

t.test('the open outline says the same of all callers', (t) => {
  const { operations, attributes } = openOutline(everything)
  t.strictSame(operations, { create: true, read: true, update: true, delete: true, search: true })
  t.strictSame(attributes['once'], { readable: true, creatable: true, updatable: false })
  t.strictSame(attributes['secret'], { readable: false, creatable: false, updatable: false })
  t.end()
})

t.test('both: what each of them permits', (t) => {
  const rules = accessRules(samples, 'tag', ({ row, anyone, nobody }) => ({
    read: row.name.eq('a'),
    create: anyone,
    isSearchable: false,
    attributes: { description: { read: row.name.eq('b'), update: nobody } },
    sets: { name: 'mine' },
  }))
  const both = bothAccesses(
    access({ read: named('c'), sets: { description: 'x' } }),
    rules.accessOf(CALLER),
  )
  t.strictSame(both.read, and(named('c'), named('a')))
  t.match(both, {
    create: ALL,
    update: NONE,
    delete: NONE,
    isSearchable: false,
    sets: { name: 'mine', description: 'x' },
  })
  t.strictSame(both.attributes['description'], {
    readable: named('b'),
    creatable: ALL,
    updatable: NONE,
  })
  t.strictSame(both.attributes['name'], { readable: ALL, creatable: NONE, updatable: NONE })
  t.strictSame(both.outline.operations, {
    create: true,
    read: true,
    update: false,
    delete: false,
    search: false,
  })
  t.strictSame(both.outline.attributes['name'], {
    readable: true,
    creatable: false,
    updatable: false,
  })
  t.end()
})

t.test('either: what one of them permits', (t) => {
  const [one, other] = [
    access({ read: named('a'), delete: NONE }),
    access({ read: named('b'), update: NONE }),
  ]
  const either = eitherAccess(one, other)
  t.strictSame(either.read, or(named('a'), named('b')))
  t.match(either, { create: ALL, update: ALL, delete: ALL, isSearchable: true })
  t.strictSame(either.attributes['description'], { readable: ALL, creatable: ALL, updatable: ALL })
  t.strictSame(either.outline, open.outline)
  t.end()
})

t.test('either: an attribute is permitted in the rows of the access that permits it', (t) => {
  const hidden = { readable: NONE, creatable: NONE, updatable: NONE }
  const profile = access({ attributes: { ...open.attributes, description: hidden } })
  const own = access({ read: named('me'), create: named('me'), update: named('me') })
  for (const either of [eitherAccess(profile, own), eitherAccess(own, profile)]) {
    t.equal(either.read, ALL)
    t.strictSame(either.attributes['description'], {
      readable: named('me'),
      creatable: named('me'),
      updatable: named('me'),
    })
    t.strictSame(either.attributes['name'], { readable: ALL, creatable: ALL, updatable: NONE })
  }
  t.end()
})

t.test('channels: what both permit, and either in the rows of the access that permits it', (t) => {
  const seen = access({ read: named('a'), presence: { see: ALL, appear: named('b') } })
  const unseen = access({ read: named('c'), presence: { see: named('d'), appear: NONE } })
  t.strictSame(bothAccesses(seen, unseen).presence, { see: named('d'), appear: NONE })
  t.strictSame(eitherAccess(seen, unseen).presence, {
    see: or(named('a'), and(named('c'), named('d'))),
    appear: and(named('a'), named('b')),
  })
  t.end()
})

t.test('either: rows that one lets the caller read without searching stay unsearched', (t) => {
  const [hidden, searched] = [access({ isSearchable: false }), access({ read: named('me') })]
  t.equal(eitherAccess(hidden, searched).isSearchable, false)
  t.equal(eitherAccess(searched, hidden).isSearchable, false)
  t.equal(eitherAccess(searched, access({ read: NONE, isSearchable: false })).isSearchable, true)
  t.equal(eitherAccess(access({ read: NONE }), access({ read: UNKNOWN })).isSearchable, false)
  t.end()
})

t.test('a filter is impossible when no row can meet it', (t) => {
  const x = named('x')
  const over = (filter: Filter): Filter => ({
    kind: 'linked',
    join: { target: 'tag', on: [] },
    filter,
  })
  const both = (...filters: readonly Filter[]): Filter => ({ kind: 'and', filters })
  const some = (...filters: readonly Filter[]): Filter => ({ kind: 'or', filters })
  for (const filter of [
    x,
    ALL,
    not(x),
    not(both(x, UNKNOWN)),
    both(x, x),
    some(NONE, x),
    some(UNKNOWN, x),
    over(x),
    both(),
  ]) {
    t.ok(isPossible(filter), JSON.stringify(filter))
  }
  for (const filter of [
    NONE,
    UNKNOWN,
    both(x, UNKNOWN),
    both(x, both(x, NONE)),
    some(NONE, UNKNOWN),
    some(),
    over(UNKNOWN),
    over(both(x, UNKNOWN)),
  ]) {
    t.notOk(isPossible(filter), JSON.stringify(filter))
  }
  t.end()
})
