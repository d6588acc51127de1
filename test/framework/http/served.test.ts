/** That what is served, and to whom, follows from store factories and their rules. */
import t from 'tap'
import { NotFoundError } from '../../../framework/errors.ts'
import {
  isKnownTo,
  isLinkServed,
  securityOf,
  servedResources,
  storeOf,
} from '../../../framework/http/served.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { chat, chatFactories } from '../../kit/chat-resources.ts'
import { openServices } from '../../kit/services.ts'
import { callerOf } from '../../kit/stores.ts'

const services = await openServices(t)
const { person, room, post, member } = chat.resources
const servedAs = (name: string) => {
  const served = services.served.get(name)
  if (served === undefined) throw new RangeError(name)
  return served
}

t.test('resources with a store factory are served, in the order of the registry', (t) => {
  t.same(
    [...services.served.keys()],
    chat.list.map(({ name }) => name),
  )
  t.same([...servedResources(chat, [], services.peersOf)], [])
  const onlyPeople = chatFactories.filter(({ resource }) => resource === person)
  t.same([...servedResources(chat, onlyPeople, services.peersOf).keys()], ['person'])
  t.end()
})

t.test('a store is the caller’s own; of what is not served there is none', (t) => {
  const ann = callerOf('ann')
  t.equal(storeOf(services, ann, post).access.caller, ann)
  t.throws(
    () => storeOf({ ...services, peersOf: () => ({ store: () => undefined }) }, ann, post),
    NotFoundError,
  )
  t.end()
})

t.test('anonymous callers may call what a rule lets them', (t) => {
  t.equal(securityOf(servedAs('person'), 'read'), 'optional')
  t.equal(securityOf(servedAs('person'), 'update'), 'required')
  t.equal(securityOf(servedAs('post'), 'read'), 'optional')
  t.equal(securityOf(servedAs('room'), 'read'), 'required')
  t.end()
})

t.test('a link leads to what is served', (t) => {
  t.ok(isLinkServed(services, post.links.author))
  t.ok(isLinkServed(services, room.links.members))
  t.notOk(isLinkServed({ served: new Map() }, post.links.author))
  const person = servedAs('person')
  const operations = { ...person.outline.operations, search: false }
  const served = new Map([
    ...services.served,
    ['person', { ...person, outline: { ...person.outline, operations } }],
  ])
  t.ok(isLinkServed({ served }, member.links.person), 'by its key')
  t.notOk(
    isLinkServed(
      { served: new Map([...services.served].filter(([name]) => name !== 'member')) },
      room.links.members,
    ),
  )
  t.end()
})

t.test('a caller knows the attributes that it may read in some row', (t) => {
  const knows = (caller = ANONYMOUS) => {
    const isKnown = isKnownTo(services, caller)
    return ['name', 'email', 'digest', 'posts', 'nothing', 'constructor'].filter((name) =>
      isKnown(person, name),
    )
  }
  t.same(knows(), ['name', 'posts'])
  t.same(knows(callerOf('ann')), ['name', 'email', 'posts'])
  t.same(knows(callerOf('root', 'admin')), ['name', 'email', 'posts'])
  t.end()
})
