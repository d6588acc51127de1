/** Resources gathered: links that meet, foreign keys, and names that would collide. */

import t from 'tap'
import Type from 'typebox'
import { attribute } from '../../../framework/resource/attribute.ts'
import type { ResourceMap } from '../../../framework/resource/item.ts'
import {
  belongsTo,
  hasCount,
  hasMany,
  hasOne,
  manyToMany,
  type Link,
} from '../../../framework/resource/link.ts'
import { resources, type Registry } from '../../../framework/resource/registry.ts'
import { resource, type Resource } from '../../../framework/resource/resource.ts'
import { id, reference, sequence } from '../../../framework/resource/standard-attributes.ts'
import { everything, mark, note, place, samples, tag } from '../../kit/sample-resources.ts'

/** Gathers resources of which the types know nothing, as those of a wrong declaration would be. */
const gather = (...list: readonly Resource[]): Registry =>
  resources<ResourceMap>(Object.fromEntries(list.map((one) => [one.name, one])))

const node = (name: string, links: Readonly<Record<string, Link>> = {}): Resource =>
  resource(name, {
    attributes: { id: id(), other_id: attribute(Type.String({ format: 'uuid' })) },
    links: links as never,
  })

t.test('resources are found by name', (t) => {
  t.equal(samples.resource('note'), note)
  t.equal(samples.resources.tag, tag)
  t.equal(samples.targetOf(everything.links.parent), everything)
  t.equal(samples.targetOf(everything.links.marks), tag)
  for (const name of ['unheard', 'constructor']) {
    t.throws(() => samples.resource(name), {
      name: 'DeclarationError',
      message: `The registry: there is no resource '${name}'. There are everything, tag, place, note, mark.`,
    })
  }
  t.ok(
    Object.isFrozen(samples) && Object.isFrozen(samples.resources) && Object.isFrozen(samples.list),
  )
  t.end()
})

t.test('what others point at comes first', (t) => {
  t.strictSame(
    samples.list.map(({ name }) => name),
    ['tag', 'place', 'everything', 'note', 'mark'],
  )
  const [a, b] = [
    node('a', { b: belongsTo('b', 'other_id') }),
    node('b', { a: belongsTo('a', 'other_id') }),
  ]
  t.doesNotThrow(() => gather(a, b), 'a circle')
  const shown = resource('shown', {
    attributes: { id: id(), face_id: reference('face').nullable() },
  })
  const face = resource('face', {
    attributes: { id: id(), owner_id: reference('owner'), shown_id: reference('shown') },
  })
  const owner = resource('owner', { attributes: { id: id() } })
  for (const list of [
    [shown, face, owner],
    [face, owner, shown],
  ]) {
    t.strictSame(
      gather(...list).list.filter(({ name }) => name !== 'owner'),
      [shown, face],
      'in a circle, what may be null comes to be later',
    )
  }
  t.end()
})

t.test('links that hold a key are foreign keys, unless their deletes are ignored', (t) => {
  t.strictSame(samples.foreignKeysOf(everything), [
    { attributes: ['parent_id'], target: everything, onDelete: 'cascade' },
    { attributes: ['tag_name'], target: tag, onDelete: 'nullify' },
    { attributes: ['place_country', 'place_number'], target: place, onDelete: 'block' },
  ])
  t.strictSame(
    samples.foreignKeysOf(mark).map(({ target }) => target.name),
    ['everything', 'tag'],
  )
  t.strictSame(samples.foreignKeysOf(tag), [])
  t.strictSame(samples.foreignKeysOf(node('stranger')), [])
  t.end()
})

t.test('a reference without a link is a foreign key too', (t) => {
  const a = resource('a', { attributes: { id: id(), tag_id: reference('b') } })
  const b = node('b')
  const registry = gather(a, b)
  t.strictSame(registry.foreignKeysOf(a), [
    { attributes: ['tag_id'], target: b, onDelete: 'block' },
  ])
  t.end()
})

t.test('a resource is gathered under its own name', (t) => {
  t.throws(() => resources<ResourceMap>({ one: node('two') }), {
    name: 'DeclarationError',
    message: "Resource 'two' is gathered as 'one'. Use its own name.",
  })
  t.end()
})

t.test('links that do not meet are refused by name', (t) => {
  const counted = resource('counted', { attributes: { number: sequence() }, key: 'number' })
  const wrong: readonly (readonly [RegExp, () => unknown])[] = [
    [/^a\.b: there is no resource 'b'\. There are a\.$/, () => gather(node('a', { b: belongsTo('b', 'other_id') }))],
    [/^a\.other_id: there is no resource 'b'/, () => gather(resource('a', { attributes: { id: id(), other_id: reference('b') } }))],
    [/^a\.b: there is no resource 'b'/, () => gather(node('a', { b: hasMany('b', 'other_id') }))],
    [/^a\.b: a\.other_id \(uuid\) can't hold the key of counted, which is number \(int\)\.$/, () => gather(node('a', { b: belongsTo('counted', 'other_id') }), counted)],
    [/^a\.b: a\.other_id, id \(uuid, uuid\) can't hold the key of a, which is id \(uuid\)\.$/, () => gather(node('a', { b: belongsTo('a', ['other_id', 'id']) }))],
    [/^a\.b: counted\.number \(int\) can't hold the key of a, which is id \(uuid\)\.$/, () => gather(node('a', { b: hasMany('counted', 'number') }), counted)],
    [/^b: a\.b names 'a_id', which is no attribute\. There are id, other_id\.$/, () => gather(node('a', { b: hasOne('b', 'a_id') }), node('b'))],
    [/^a\.b: there is no resource 'c'/, () => gather(node('a', { b: manyToMany('b', { through: 'c', from: 'id', to: 'id' }) }), node('b'))],
    [/^c: a\.b names 'a_id', which is no attribute/, () => gather(node('a', { b: manyToMany('b', { through: 'c', from: 'a_id', to: 'other_id' }) }), node('b'), node('c'))],
    [/^a\.b: counted\.number \(int\) can't hold the key of b/, () => gather(resource('a', { attributes: { number: sequence() }, key: 'number', links: { b: manyToMany('b', { through: 'counted', from: 'number', to: 'number' }) } }), node('b'), counted)],
  ] // prettier-ignore
  for (const [message, declare] of wrong)
    t.throws(declare, { name: 'DeclarationError', message }, String(message))
  t.end()
})

t.test('names that would collide on the wire are refused', (t) => {
  t.throws(() => gather(node('message'), node('message_search')), {
    name: 'DeclarationError',
    message:
      "The path of message_search and The path of message would both be '/actions/message-search' on the wire. Rename one.",
  })
  const linked = node('user', {
    read: hasCount('user', 'other_id'),
    read_count: hasMany('user', 'other_id'),
  })
  t.doesNotThrow(() => gather(linked))
  const [user, userNote] = [
    node('user', { note: belongsTo('user', 'other_id') }),
    node('user_note'),
  ]
  t.throws(() => gather(user, userNote), {
    name: 'DeclarationError',
    message:
      "The operation read of user_note and The link user.note would both be 'user_note_read' on the wire. Rename one.",
  })
  t.end()
})
