/** That balancers are told whether the server lives and is ready. */
import t from 'tap'
import { healthOperations } from '../../../framework/http/health-operations.ts'
import { openBareHttp } from '../../kit/bare-http.ts'

t.test('a server without its database is alive, and not ready', async (t) => {
  let isReady = true
  const app = await openBareHttp(t, { isReady: () => Promise.resolve(isReady) })
  t.same((await app.inject('/readyz')).json(), { status: 'ready' })
  isReady = false
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 503)
  t.equal(response.headers['retry-after'], '1')
  t.match(response.json(), { type: '/problems/unavailable' })
  const alive = await app.inject({ url: '/healthz', headers: { authorization: 'Bearer bad' } })
  t.same(alive.json(), { status: 'alive' })
  t.equal(alive.headers['cache-control'], 'no-store')
})

t.test('they take no parameters', async (t) => {
  const app = await openBareHttp(t)
  for (const url of ['/healthz?x', '/readyz?x=1']) t.equal((await app.inject(url)).statusCode, 400)
  t.equal(healthOperations(() => Promise.resolve(true)).length, 2)
})
