/** Rules of a resource, gathered: denied unless said, and refused when they can't be kept. */

import t from 'tap'
import { ALL, and, NONE, UNKNOWN, type Filter } from '../../../framework/filter/filter.ts'
import { accessRules, type PresenceRules } from '../../../framework/security/access-rules.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { ruleWords } from '../../../framework/security/rule.ts'
import { samples, tag } from '../../kit/sample-resources.ts'
import { callerOf } from '../../kit/stores.ts'

const ADMIN = callerOf('boss', 'admin')
const CALLER = callerOf('me')
const named = (value: string): Filter => ({
  kind: 'compare',
  attribute: 'name',
  operator: 'eq',
  value,
})

t.test('what has no rule is denied to everybody', (t) => {
  const rules = accessRules(samples, 'tag', () => ({}))
  t.match(rules.accessOf(ADMIN), { create: NONE, read: NONE, update: NONE, delete: NONE })
  t.strictSame(rules.outline.operations, {
    create: false,
    read: false,
    update: false,
    delete: false,
    search: false,
  })
  t.end()
})

t.test('rules are folded for each caller', (t) => {
  const rules = accessRules(samples, 'tag', ({ row, me, anyone }) => ({
    read: anyone,
    create: me.authenticated,
    update: row.name.eq(me.id),
    delete: row.name.eq(me.id).or(me.scope('admin')),
  }))
  t.match(rules.accessOf(CALLER), {
    caller: CALLER,
    read: ALL,
    create: ALL,
    update: named('me'),
    delete: named('me'),
    isSearchable: true,
  })
  t.match(rules.accessOf(ADMIN), { caller: ADMIN, create: ALL, update: named('boss'), delete: ALL })
  t.match(rules.accessOf(ANONYMOUS), {
    caller: ANONYMOUS,
    read: ALL,
    create: NONE,
    update: UNKNOWN,
    delete: UNKNOWN,
  })
  t.strictSame(rules.outline.operations, {
    create: true,
    read: true,
    update: true,
    delete: true,
    search: true,
  })
  t.equal(rules.accessOf(CALLER).outline, rules.outline)
  t.ok(Object.isFrozen(rules) && Object.isFrozen(rules.accessOf(CALLER)))
  t.end()
})

t.test('rules of attributes narrow what the declaration permits, and never widen it', (t) => {
  const { accessOf, outline } = accessRules(
    samples,
    'everything',
    ({ row, me, anyone, nobody }) => ({
      read: anyone,
      attributes: {
        text: { read: row.title.eq(me.id), create: nobody, update: me.scope('admin') },
        secret: { read: anyone, update: anyone },
        once: { update: anyone },
      },
    }),
  )
  const titled: Filter = { kind: 'compare', attribute: 'title', operator: 'eq', value: 'me' }
  t.strictSame(accessOf(CALLER).attributes['text'], {
    readable: titled,
    creatable: NONE,
    updatable: NONE,
  })
  t.equal(accessOf(ADMIN).attributes['text']?.updatable, ALL)
  t.equal(accessOf(ANONYMOUS).attributes['text']?.readable, UNKNOWN)
  t.strictSame(accessOf(ADMIN).attributes['secret'], {
    readable: NONE,
    creatable: NONE,
    updatable: NONE,
  })
  t.equal(accessOf(ADMIN).attributes['once']?.updatable, NONE)
  t.strictSame(accessOf(ADMIN).attributes['title'], {
    readable: ALL,
    creatable: ALL,
    updatable: ALL,
  })
  t.strictSame(outline.attributes['text'], { readable: true, creatable: false, updatable: true })
  t.strictSame(outline.attributes['secret'], {
    readable: false,
    creatable: false,
    updatable: false,
  })
  t.end()
})

t.test('what the server sets, no input brings', (t) => {
  const { accessOf, outline } = accessRules(samples, 'tag', ({ me, anyone }) => ({
    create: anyone,
    sets: { name: me.id, description: 'new' },
  }))
  t.strictSame(accessOf(CALLER).sets, { name: 'me', description: 'new' })
  t.strictSame(accessOf(ANONYMOUS).sets, { name: null, description: 'new' })
  t.equal(accessOf(CALLER).attributes['name']?.creatable, NONE)
  t.equal(outline.attributes['description']?.creatable, false)
  t.equal(outline.attributes['description']?.updatable, true)
  t.end()
})

t.test('whoever reads a row sees and is seen in its channel, but for what rules say', (t) => {
  const presence = (declared: PresenceRules | undefined, caller = CALLER) =>
    accessRules(samples, 'tag', ({ anyone }) => ({
      read: anyone,
      ...(declared && { presence: declared }),
    })).accessOf(caller).presence
  const { row, me, nobody } = ruleWords(samples, 'tag')
  const own: Filter = { kind: 'compare', attribute: 'name', operator: 'eq', value: 'me' }
  const isOwn = row.name.eq(me.id)
  t.strictSame(presence(undefined), { see: ALL, appear: ALL })
  t.strictSame(presence({ see: isOwn }), { see: own, appear: own })
  t.strictSame(presence({ appear: isOwn }), { see: ALL, appear: own })
  t.strictSame(presence({ see: nobody, appear: isOwn }), { see: NONE, appear: NONE })
  t.match(presence({ see: me.scope('admin'), appear: isOwn }, ADMIN), {
    see: ALL,
    appear: { value: 'boss' },
  })
  t.end()
})

t.test('searching can be denied to those who may read', (t) => {
  const rules = accessRules(samples, 'tag', ({ anyone }) => ({ read: anyone, isSearchable: false }))
  t.equal(rules.accessOf(CALLER).isSearchable, false)
  t.strictSame(rules.outline.operations.search, false)
  t.equal(rules.outline.operations.read, true)
  t.end()
})

t.test('rules are written once, at start', (t) => {
  let writes = 0
  const rules = accessRules(samples, 'tag', ({ anyone }) => {
    writes += 1
    return { read: anyone }
  })
  rules.accessOf(CALLER)
  rules.accessOf(ADMIN)
  t.equal(writes, 1)
  t.end()
})

t.test('rules of what is no attribute are refused', (t) => {
  const wrong = { unheard: 'x' } as Readonly<Record<string, string>>
  t.throws(() => accessRules(samples, 'tag', () => ({ sets: wrong })), {
    name: 'DeclarationError',
    message: "tag: a rule names 'unheard', which is no attribute. There are name, description.",
  })
  t.throws(
    () =>
      accessRules(samples, 'tag', ({ anyone }) => ({
        attributes: { constructor: { read: anyone } } as object,
      })),
    {
      name: 'DeclarationError',
    },
  )
  t.end()
})

t.test('a create can not rely on what the database makes', (t) => {
  const message = "note.number: the database makes it, so a create rule can't rely on it."
  const refused = { name: 'DeclarationError', message }
  t.throws(() => accessRules(samples, 'note', ({ row }) => ({ create: row.number.gt(1) })), refused)
  t.throws(
    () =>
      accessRules(samples, 'note', ({ row, anyone }) => ({
        create: anyone.and(row.number.exists().not().or(row.text.eq('a'))),
      })),
    refused,
  )
  t.throws(
    () => accessRules(samples, 'note', ({ row }) => ({ create: row.number.oneof(1, 2) })),
    refused,
  )
  t.throws(
    () =>
      accessRules(samples, 'note', ({ row, anyone }) => ({
        create: anyone,
        attributes: { text: { create: row.number.gt(1) } },
      })),
    refused,
  )
  t.doesNotThrow(() =>
    accessRules(samples, 'note', ({ row }) => ({
      create: row.stars.gt(1),
      update: row.number.gt(1),
      attributes: { text: { update: row.number.gt(1) } },
    })),
  )
  t.end()
})

t.test('the rule of an operation and those of attributes stay apart', (t) => {
  const rules = accessRules(samples, 'tag', ({ row }) => ({
    read: row.name.eq('a'),
    attributes: { description: { read: row.name.eq('b').and(row.name.exists()) } },
  }))
  const { read, attributes } = rules.accessOf(CALLER)
  t.strictSame(read, named('a'))
  t.strictSame(
    attributes['description']?.readable,
    and<Filter>(named('b'), { kind: 'exists', attribute: 'name' }),
  )
  t.strictSame(Object.keys(attributes), tag.attributeNames)
  t.end()
})
