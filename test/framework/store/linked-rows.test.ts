/** That the rows at the other end of a link are named rightly, and only to who may follow it. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { NONE } from '../../../framework/filter/filter.ts'
import type { Link } from '../../../framework/resource/link.ts'
import { keyOf } from '../../../framework/resource/key.ts'
import type { Resource } from '../../../framework/resource/resource.ts'
import { openAccess, type Access } from '../../../framework/security/access.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import {
  followedStore,
  keyValuesOf,
  linkedRows,
  targetKeyOf,
} from '../../../framework/store/linked-rows.ts'
import type { Peers, Store } from '../../../framework/store/store.ts'
import { samples } from '../../kit/sample-resources.ts'

const { everything, place, tag, note, mark } = samples.resources

t.test('the key of a target is made of the attributes that hold it', (t) => {
  const key = keyOf(place, { country: 'de', number: 1 })
  t.equal(targetKeyOf(place, everything.links.place, { place_country: 'de', place_number: 1 }), key)
  t.equal(
    targetKeyOf(place, everything.links.place, { place_country: 'de', place_number: null }),
    undefined,
  )
  t.equal(
    targetKeyOf(place, everything.links.place, { place_country: 'de' }),
    undefined,
    'not readable',
  )
  t.equal(targetKeyOf(tag, everything.links.tag, { tag_name: '' }), '')
  t.equal(targetKeyOf(note, everything.links.pinned, { pinned_number: 0 }), '0')
  t.end()
})

t.test('rows are selected by the key that they hold', (t) => {
  const equal = (attribute: string, value: string | number) =>
    ({ kind: 'compare', attribute, operator: 'eq', value }) as const
  t.same(linkedRows(samples, everything.links.children, ['a']), equal('parent_id', 'a'))
  t.same(linkedRows(samples, place.links.things, ['de', 1]), {
    kind: 'and',
    filters: [equal('place_country', 'de'), equal('place_number', 1)],
  })
  t.same(linkedRows(samples, everything.links.marks, ['a']), {
    kind: 'linked',
    join: { target: 'mark', on: [{ local: 'name', remote: 'tag_name' }] },
    filter: equal('everything_id', 'a'),
  })
  t.same(keyValuesOf(note, '7'), [7])
  t.throws(() => keyValuesOf(note, 'x'), InvalidError)
  t.end()
})

/** Stores that are asked for nothing but what they permit. */
function peersWith(change: (access: Access, resource: Resource) => Access | undefined): Peers {
  return {
    store(name) {
      const resource = samples.resource(name)
      const access = change(openAccess(resource, ANONYMOUS), resource)
      return access === undefined ? undefined : ({ resource, access } as Store)
    },
  }
}

t.test('who may read both ends may follow', (t) => {
  const peers = peersWith((access) => access)
  const nameOf = (link: Link) => followedStore(peers, link)?.resource.name
  t.equal(nameOf(everything.links.tag), 'tag')
  t.equal(nameOf(everything.links.children), 'everything')
  t.equal(nameOf(everything.links.marks), 'mark')
  t.equal(nameOf(place.links.thing_count), 'everything')
  t.end()
})

t.test('who may not read the rows, what joins them, or by what, may not', (t) => {
  const only = (resource: Resource, change: (access: Access) => Access | undefined) =>
    peersWith((access, other) => (other === resource ? change(access) : access))
  const unreadable = (access: Access): Access => ({ ...access, read: NONE })
  const unsearchable = (access: Access): Access => ({ ...access, isSearchable: false })
  const without =
    (name: string) =>
    (access: Access): Access => ({
      ...access,
      attributes: {
        ...access.attributes,
        [name]: { readable: NONE, creatable: NONE, updatable: NONE },
      },
    })
  const cases: readonly (readonly [Link, Peers])[] = [
    [everything.links.tag, only(tag, () => undefined)],
    [everything.links.tag, only(tag, unreadable)],
    [everything.links.children, only(everything, unreadable)],
    [everything.links.children, only(everything, unsearchable)],
    [everything.links.children, only(everything, without('parent_id'))],
    [everything.links.marks, only(tag, unreadable)],
    [everything.links.marks, only(mark, () => undefined)],
    [everything.links.marks, only(mark, unreadable)],
    [everything.links.marks, only(mark, without('tag_name'))],
    [everything.links.marks, only(mark, without('everything_id'))],
  ]
  for (const [link, peers] of cases) t.equal(followedStore(peers, link), undefined)
  t.ok(followedStore(only(tag, unsearchable), everything.links.tag), 'by its key')
  t.end()
})
