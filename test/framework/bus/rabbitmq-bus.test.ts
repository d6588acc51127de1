/** The contract of buses, on the one through RabbitMQ, and what becomes of messages without one. */
import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { openRabbitmqBus } from '../../../framework/bus/rabbitmq-bus.ts'
import type { Bus } from '../../../framework/event/bus.ts'
import { testBus } from '../../contracts/bus.ts'
import { createGathering } from '../../kit/gathering.ts'
import { NO_BROKER, rabbitmqctl, rabbitmqUrl, startBrokerProxy } from '../../kit/rabbitmq.ts'

/** So many bytes that are kept would show. */
const FLOOD = 'x'.repeat(100_000)
const heapAfterFlood = (bus: Bus): number => {
  const before = process.memoryUsage().heapUsed
  for (let count = 0; count < 5_000; count += 1) bus.send('log', FLOOD + String(count))
  return process.memoryUsage().heapUsed - before
}

t.test('without a broker nothing waits, it is said once, and closing does not hang', async (t) => {
  const errors = createGathering<unknown>()
  const url = 'amqp://guest:guest@127.0.0.1:1'
  const bus = openRabbitmqBus({ url, name: 'none', onError: (error) => errors.add(error) })
  bus.onGap(() => t.fail('there is no bus'))
  await errors.until((all) => all.length === 1)
  t.ok(heapAfterFlood(bus) < 100_000_000)
  await bus.close()
  await bus.close()
  t.match(errors.all, [{ name: 'UnavailableError', cause: { code: 'ECONNREFUSED' } }])
  t.equal(errors.all.length, 1)
})

const url = await rabbitmqUrl()
if (url === undefined) t.test('a broker', { skip: NO_BROKER }, () => undefined)
else await addBrokerTests(url)

async function addBrokerTests(brokerUrl: string): Promise<void> {
  const name = randomUUID()
  const proxy = await startBrokerProxy(t)
  const connect = async (_: Test, onError: (error: unknown) => void, of = name): Promise<Bus> => {
    const bus = openRabbitmqBus({ url: proxy.url, name: of, onError })
    await new Promise<void>((resolve) => bus.onGap(resolve))
    return bus
  }
  testBus(t, { connect, cut: async () => proxy.cut() })

  t.test('apps of other names on the same broker hear nothing', async (t) => {
    const onError = (error: unknown): void => void t.error(error)
    const [one, two] = [await connect(t, onError), await connect(t, onError)]
    const other = await connect(t, onError, randomUUID())
    t.teardown(() => Promise.all([one, two, other].map((bus) => bus.close())))
    const [heard, stray] = [createGathering<string>(), createGathering<string>()]
    two.receive('log', (text) => heard.add(text))
    other.receive('log', (text) => stray.add(text))
    one.send('log', 'a')
    await heard.until((all) => all.length === 1)
    two.send('log', 'b')
    other.send('log', 'c')
    one.send('log', 'd')
    await heard.until((all) => all.includes('d'))
    t.same(heard.all, ['a', 'd'])
    t.same(stray.all, [])
  })

  t.test('while the broker is away what is sent is lost, and afterwards it goes on', async (t) => {
    const errors: unknown[] = []
    const [one, two] = [await connect(t, (error) => errors.push(error)), await connect(t, () => undefined)] // prettier-ignore
    t.teardown(() => Promise.all([one, two].map((bus) => bus.close())))
    const gaps = createGathering<number>()
    one.onGap(() => gaps.add(1))
    two.onGap(() => gaps.add(2))
    const heard = createGathering<string>()
    two.receive('log', (text) => heard.add(text))
    proxy.shut()
    t.ok(heapAfterFlood(one) < 100_000_000)
    proxy.open()
    await gaps.until((all) => all.includes(1) && all.includes(2))
    one.send('log', 'again')
    await heard.until((all) => all.includes('again'))
    t.equal(errors.length, 1, 'one outage is told once')
  })

  t.test('connections that the broker itself closes are made again', async (t) => {
    // A virtual host of its own: nobody else's connections are closed.
    const vhost = `holdfast_test_${randomUUID()}`
    if ((await rabbitmqctl('add_vhost', vhost)) === undefined) {
      t.comment('rabbitmqctl is not there, or not for this user')
      return
    }
    t.teardown(() => rabbitmqctl('delete_vhost', vhost))
    const at = new URL(brokerUrl)
    at.pathname = `/${vhost}`
    await rabbitmqctl('set_permissions', '-p', vhost, at.username, '.*', '.*', '.*')
    const gaps = createGathering<number>()
    const heard = createGathering<string>()
    const [one, two] = [1, 2].map((number) => {
      const bus = openRabbitmqBus({ url: at.href, name, onError: () => undefined })
      bus.onGap(() => gaps.add(number))
      t.teardown(() => bus.close())
      return bus
    })
    two?.receive('log', (text) => heard.add(text))
    await gaps.until((all) => all.includes(1) && all.includes(2))
    const before = gaps.all.length
    t.not(await rabbitmqctl('close_all_connections', '--vhost', vhost, 'a test'), undefined)
    await gaps.until((all) => all.slice(before).includes(1) && all.slice(before).includes(2))
    one?.send('log', 'again')
    await heard.until((all) => all.includes('again'))
  })
}
