/** Tests revocation.ts: each change by itself, and what becomes of callers in the whole messenger. */
import t from 'tap'
import { revokeBy } from '../../app/revocation.ts'
import type { Change } from '../../framework/index.ts'
import { ADMIN_KEY, openTestMessenger } from '../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger

function revokedBy(change: Partial<Change>): readonly string[] {
  const revoked: string[] = []
  const tokens = {
    revokeSession: (session: string) => void revoked.push(`session ${session}`),
    revokeSubject: (subject: string, seconds: number) =>
      void revoked.push(`subject ${subject} ${String(seconds)}`),
  }
  const none = { position: 1, key: 'k', before: undefined, after: undefined }
  revokeBy({ ...none, resource: 'user', operation: 'update', ...change }, tokens, 7)
  return revoked
}

t.test('the end of a session and a changed admin or blocked flag revoke, and nothing else', (t) => {
  t.same(revokedBy({ resource: 'session', operation: 'delete' }), ['session k'])
  const changed = { before: { admin: true }, after: { admin: false } }
  t.same(revokedBy(changed), ['subject k 7'])
  t.same(revokedBy({ before: { admin: false }, after: { admin: true } }), ['subject k 7'])
  t.same(revokedBy({ before: { admin: true }, after: { admin: true } }), [])
  t.same(revokedBy({ before: { blocked: false }, after: { blocked: true } }), ['subject k 7'])
  const deleted = {
    before: { deleted_at: null },
    after: { deleted_at: '2026-01-01T12:00:00.000Z' },
  }
  t.same(revokedBy(deleted), ['subject k 7'])
  t.same(revokedBy({ before: { deleted_at: null }, after: { deleted_at: null } }), [])
  t.same(revokedBy({ before: { blocked: true }, after: { blocked: false } }), [])
  t.same(revokedBy({ ...changed, resource: 'message' }), [])
  t.same(revokedBy({ operation: 'create', after: { admin: true } }), [])
  t.same(revokedBy({ resource: 'session', operation: 'update' }), [])
  t.end()
})

t.test('who is promoted or demoted refreshes, and may then what it should', async (t) => {
  const admin = (await messenger.login('admin')).access_token
  const tim = await messenger.signUp('tim')
  const ann = await messenger.signUp('ann')
  const promote = async (isAdmin: boolean) =>
    call(`PATCH /actions/user/${tim.key}`, { as: admin, json: { item: { admin: isAdmin } } })
  const editAnn = async (as: string) =>
    (await call(`PATCH /actions/user/${ann.key}`, { as, json: { item: { full_name: 'Ann' } } }))
      .statusCode
  const refresh = async (refresh_token: string) =>
    (await call('POST /actions/refresh', { json: { refresh_token } })).json<{
      readonly access_token: string
      readonly refresh_token: string
    }>()

  t.equal(await editAnn(tim.token), 403)
  await promote(true)
  await messenger.caughtUp()
  t.equal(await editAnn(tim.token), 401, 'its rights are not those of the token any more')
  const promoted = await refresh(tim.refreshToken)
  t.equal(await editAnn(promoted.access_token), 200)
  await promote(false)
  await messenger.caughtUp()
  t.equal(await editAnn(promoted.access_token), 401)
  const demoted = await refresh(promoted.refresh_token)
  t.equal(await editAnn(demoted.access_token), 403)
  t.equal(await editAnn(ann.token), 200, 'others are not concerned')
})

t.test(
  'a token that this process meets for the first time is held to what its bearer may do now',
  async (t) => {
    const tim = await messenger.signUp('bob')
    await messenger.stores.store('user').update(tim.key, { admin: true })
    const { access_token: fresh } = await messenger.login('bob')
    await messenger.stores.store('user').update(tim.key, { admin: false })
    const read = await call(`GET /actions/user/${tim.key}`, { as: fresh })
    t.equal(read.statusCode, 401, 'without waiting for the log')
  },
)

t.test('who is deleted is nobody any more', async (t) => {
  const admin = (await messenger.login('admin')).access_token
  const tim = await messenger.signUp('cyd')
  t.equal((await call(`GET /actions/user/${tim.key}`, { as: tim.token })).statusCode, 200)
  t.equal((await call(`DELETE /actions/user/${tim.key}`, { as: admin })).statusCode, 204)
  await messenger.caughtUp()
  t.equal((await call(`GET /actions/user/${ADMIN_KEY}`, { as: tim.token })).statusCode, 401)
  const json = { refresh_token: tim.refreshToken }
  t.equal((await call('POST /actions/refresh', { json })).statusCode, 401)
})
