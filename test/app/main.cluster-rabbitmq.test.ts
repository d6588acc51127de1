/** Messengers on one database that tell each other of changes by RabbitMQ, while it is there and while it is not. */
import t from 'tap'
import { testCluster } from '../contracts/cluster.ts'
import { startCluster } from '../kit/cluster.ts'
import { SERVER_URL } from '../kit/database.ts'
import { NO_BROKER, rabbitmqUrl, startBrokerProxy } from '../kit/rabbitmq.ts'

if (SERVER_URL === undefined)
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
else if ((await rabbitmqUrl()) === undefined)
  t.test('RabbitMQ', { skip: NO_BROKER }, () => undefined)
else {
  const proxy = await startBrokerProxy(t)
  await testCluster(t, {
    busUrl: proxy.url,
    lose() {
      proxy.shut()
      return Promise.resolve(proxy.open)
    },
  })

  t.test('a broker that is not there does not stop the start, and is told of once', async (t) => {
    const { processes, balanced } = await startCluster(t, 2, { BUS_URL: 'amqp://guest:guest@127.0.0.1:1' }) // prettier-ignore
    const [one] = processes
    const as = await balanced.login()
    for (let count = 0; count < 4; count += 1) {
      const json = { item: { text: 'a' } }
      t.equal((await balanced.send('POST', '/actions/message', { as, json })).status, 201)
    }
    const { code, stderr } = (await one?.end('SIGTERM')) ?? { code: -1, stderr: '' }
    t.equal(code, 0)
    t.equal(stderr.split('\n').length, 1)
    t.match(stderr, /The bus is away; events come by the log/)
  })
}
