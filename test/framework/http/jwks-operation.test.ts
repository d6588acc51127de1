/** That public keys are served as others expect them, and only where there are keys. */
import t from 'tap'
import { openBareHttp } from '../../kit/bare-http.ts'

const URL = '/.well-known/jwks.json'

t.test('the set is public, may be kept a while, and has its own media type', async (t) => {
  const keys = [{ kty: 'OKP', crv: 'Ed25519', x: 'eA', kid: 'one', alg: 'EdDSA', use: 'sig' }]
  const app = await openBareHttp(t, { publicKeys: { keys } })
  const response = await app.inject({ url: URL, headers: { authorization: 'Bearer bad' } })
  t.equal(response.statusCode, 200, 'nobody looks at a token')
  t.same(response.json(), { keys })
  t.match(response.headers['content-type'], /^application\/jwk-set\+json\b/)
  t.equal(response.headers['cache-control'], 'public, max-age=300')
  t.equal((await app.inject(`${URL}?x=1`)).statusCode, 400)
})

t.test('without keys there is no such path', async (t) => {
  const app = await openBareHttp(t)
  t.equal((await app.inject(URL)).statusCode, 404)
})
