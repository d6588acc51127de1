/** Channels are declared by name. */
import t from 'tap'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { channel, channelsSubscribedBy } from '../../../framework/event/channel.ts'

const DECLARATION = { description: 'A card.', source: afterCreate('card') }

t.test('a channel is its declaration and its name, frozen', (t) => {
  const declared = channel('on_create_card', DECLARATION)
  t.same(declared, { name: 'on_create_card', ...DECLARATION })
  t.ok(Object.isFrozen(declared))
  t.end()
})

t.test('a name that is not snake_case is refused with the mend', (t) => {
  for (const name of ['onCreate', 'on-create', '', '_on', 'on__create', '1on', '__proto__']) {
    t.throws(() => channel(name, DECLARATION), { name: 'DeclarationError', message: /snake_case/ })
  }
  t.end()
})

t.test('operations subscribe to the channels that name them, each by its order', (t) => {
  const named = (name: string, ...subscribedBy: readonly string[]) =>
    channel(name, { ...DECLARATION, subscribedBy })
  const channels = [named('one', 'join', 'make'), channel('two', DECLARATION), named('six', 'join')]
  const found = channelsSubscribedBy(channels, ['join', 'make', 'read'])
  t.same(found('join'), ['one', 'six'])
  t.same(found('make'), ['one'])
  t.same(found('read'), [])
  t.same(found('other'), [])
  t.throws(() => channelsSubscribedBy(channels, ['join']), {
    name: 'DeclarationError',
    message: /Channel 'one'.*operation 'make'.*subscribedBy/,
  })
  t.end()
})
