/** The contract of buses, on the one within a process. */
import { AsyncLocalStorage } from 'node:async_hooks'
import t from 'tap'
import { createMemoryBus } from '../../../framework/bus/memory-bus.ts'
import { testBus } from '../../contracts/bus.ts'

const shared = createMemoryBus()
testBus(t, { connect: async (_, onError) => shared.connect(onError) })

t.test('who is alone tells nobody', (t) => {
  const bus = createMemoryBus().connect()
  bus.receive('log', () => t.fail('heard'))
  bus.send('log', 'hello')
  setImmediate(() => t.end())
})

t.test('a message is not handed on within the work of who sends it', async (t) => {
  const work = new AsyncLocalStorage<string>()
  const memory = createMemoryBus()
  const [one, two] = [memory.connect(), memory.connect()]
  const heard = Promise.withResolvers<string | undefined>()
  two.receive('log', () => heard.resolve(work.getStore()))
  work.run('a transaction', () => one.send('log', ''))
  t.equal(await heard.promise, undefined)
})
