/** Tests proof-limits.ts: whichever action asks who is logged in for a proof, it can't be found by trying. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'
import { numberedId } from '../../kit/stores.ts'

const messenger = await openTestMessenger(t, { areLimitsKept: true })
const { call } = messenger

const PROOFS = {
  'change-password': { password: 'wrong', new_password: 'no loud red chair' },
  'change-email-address': { password: 'wrong', email_address: 'else@example.org' },
  'delete-account': { password: 'wrong', messages: 'keep' },
  'second-factor-begin': { password: 'wrong' },
  'second-factor-confirm': { code: 'wrong' },
  'second-factor-remove': { password: 'wrong', code: 'wrong' },
  'second-factor-revoke': { password: 'wrong', user_id: numberedId(1) },
}

/** Tries eleven times, each from another address. */
async function statusesOf(name: string, as: string, json: object): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let at = 0; at < 11; at += 1) {
    const remoteAddress = `192.0.2.${String(at)}`
    const { statusCode } = await call(`POST /actions/${name}`, { as, json, remoteAddress })
    statuses.push(statusCode)
  }
  return statuses
}

for (const [name, json] of Object.entries(PROOFS)) {
  t.test(`${name}: ten tries by one caller, from wherever they come`, async (t) => {
    const isForAdmins = name === 'second-factor-revoke'
    const as = isForAdmins
      ? (await messenger.login('admin')).access_token
      : (await messenger.signUp(name)).token
    const statuses = await statusesOf(name, as, json)
    t.notOk(statuses.slice(0, 10).some((status) => status === 429 || status === 403))
    t.equal(statuses[10], 429)
  })
}
