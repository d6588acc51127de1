/** Channels are declared by name. */
import t from 'tap'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { channel } from '../../../framework/event/channel.ts'

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
