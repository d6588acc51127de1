/** That others verify the messenger's tokens by its public keys, and that a key is replaced with nobody logged out. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { readConfig } from '../../app/config.ts'
import { openMessenger, type Messenger } from '../../app/messenger.ts'
import { generateTokenKey } from '../../framework/index.ts'
import { prepareHome, type ProcessEnv } from '../kit/messenger-process.ts'
import { openTestMessenger } from '../kit/messenger.ts'

/** A private key, as it stands in a JWK Set. */
function newKey(kid: string): object {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), kid }
}

const oct = { kty: 'oct', k: generateTokenKey(), kid: 'shared' }
const setOf = (...keys: readonly object[]): string => JSON.stringify({ keys })

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

/** The messenger of one home, started anew with other keys. */
async function start(t: Test, env: ProcessEnv, keys: string) {
  const TOKEN_KEYS = join(String(env['DATA_DIR']), 'keys.json')
  await mkdir(String(env['DATA_DIR']), { recursive: true })
  await writeFile(TOKEN_KEYS, keys)
  const messenger = await openMessenger(readConfig({ ...env, TOKEN_KEYS, LOG_LEVEL: 'silent' }))
  t.teardown(() => messenger.close())
  await messenger.seed()
  await messenger.listen({ host: '127.0.0.1', port: 0 })
  return messenger
}

function keysOf({ http }: Messenger) {
  const { port } = http.server.address() as AddressInfo
  return createRemoteJWKSet(new URL(`http://127.0.0.1:${String(port)}/.well-known/jwks.json`))
}

async function post({ http }: Messenger, path: string, payload: object): Promise<Tokens> {
  return (await http.inject({ method: 'POST', url: `/actions/${path}`, payload })).json<Tokens>()
}

const statusOf = async ({ http }: Messenger, token: string) =>
  (
    await http.inject({
      url: '/actions/session-count',
      headers: { authorization: `Bearer ${token}` },
    })
  ).statusCode

t.test('a key is replaced, and tokens of both are good here and elsewhere', async (t) => {
  const env = await prepareHome(t)
  const [one, other] = [newKey('one'), newKey('other')]
  const admin = { username: 'admin', password: 'Password123!' }
  const verified = async (messenger: Messenger, { access_token }: Tokens) =>
    (await jwtVerify(access_token, keysOf(messenger), { typ: 'at+jwt' })).protectedHeader.kid

  const before = await start(t, env, setOf(one))
  const first = await post(before, 'login', admin)
  t.equal(await verified(before, first), 'one')
  await before.close()

  const during = await start(t, env, setOf(other, one))
  t.equal(await statusOf(during, first.access_token), 200, 'nobody is logged out')
  t.equal(await verified(during, first), 'one')
  const second = await post(during, 'refresh', { refresh_token: first.refresh_token })
  t.equal(await verified(during, second), 'other')
  await during.close()

  const after = await start(t, env, setOf(other))
  t.equal(await statusOf(after, first.access_token), 401, 'the old key is worth nothing')
  t.equal(await statusOf(after, second.access_token), 200)
  await t.rejects(verified(after, first), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  t.ok((await post(after, 'refresh', { refresh_token: second.refresh_token })).access_token)
  await after.close()
})

t.test('nothing private and no shared secret is in the set', async (t) => {
  const { call } = await openTestMessenger(t, { tokenKeys: setOf(newKey('one'), oct) })
  const response = await call('GET /.well-known/jwks.json')
  t.same(
    response.json<{ keys: object[] }>().keys.map((key) => Object.keys(key).toSorted()),
    [['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  )
  t.notMatch(response.body, oct.k)
  const secrets = await openTestMessenger(t)
  t.same((await secrets.call('GET /.well-known/jwks.json')).json(), { keys: [] })
})
