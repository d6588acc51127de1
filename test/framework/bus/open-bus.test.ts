/** Tests open-bus.ts: that what is configured decides which bus it is, and nothing else is taken for one. */
import t from 'tap'
import { openBus } from '../../../framework/bus/open-bus.ts'
import { DeclarationError } from '../../../framework/errors.ts'

const databaseUrl = 'postgres://nobody@127.0.0.1:1/none'
const onError = (): void => undefined

t.test('each bus is told by its URL', async (t) => {
  const small = openBus({ bus: 'postgres', databaseUrl, onError })
  t.ok(small.maxBytes < 8_000)
  const large = openBus({ bus: 'amqp://guest:guest@127.0.0.1:1', databaseUrl, onError })
  t.equal(large.maxBytes, 1_048_576)
  await Promise.all([small.close(), large.close()])
})

t.test('what is no bus is refused, without the password in it', (t) => {
  for (const bus of ['', 'memory', 'amqp', 'redis://me:secret@host', 'secret']) {
    const open = () => openBus({ bus, databaseUrl, onError })
    t.throws(open, DeclarationError, bus)
    t.throws(open, { message: /^((?!secret).)*$/ })
  }
  t.end()
})
