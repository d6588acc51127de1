/** Tests proof-limits.ts: whichever action asks who is logged in for a proof, it can't be found by trying. */
import t from 'tap'
import { openTestMessenger } from '../../kit/messenger.ts'

const { call, signUp } = await openTestMessenger(t, { areLimitsKept: true })

const PROOFS = {
  'change-password': { password: 'wrong', new_password: 'no loud red chair' },
  'change-email-address': { password: 'wrong', email_address: 'else@example.org' },
  'second-factor-begin': { password: 'wrong' },
  'second-factor-confirm': { code: 'wrong' },
  'second-factor-remove': { password: 'wrong', code: 'wrong' },
}

for (const [name, json] of Object.entries(PROOFS)) {
  t.test(`${name}: ten tries by one caller, from wherever they come`, async (t) => {
    const { token: as } = await signUp(name)
    const statuses = []
    for (let at = 0; at < 11; at += 1) {
      const remoteAddress = `192.0.2.${String(at)}`
      const { statusCode } = await call(`POST /actions/${name}`, { as, json, remoteAddress })
      statuses.push(statusCode)
    }
    t.notOk(statuses.slice(0, 10).includes(429))
    t.equal(statuses[10], 429)
  })
}
