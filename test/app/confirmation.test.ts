/** Tests confirmation.ts on the database of this run; how it is asked for is tested with actions/confirm-address.ts. */
import t from 'tap'
import { confirmAddress } from '../../app/confirmation.ts'
import { all } from '../../app/resources/all.ts'
import { digestOf, InvalidError } from '../../framework/index.ts'
import { openTestStores, START } from '../kit/stores.ts'

const { store } = await openTestStores(t, all)
const [users, confirmations] = [store('user'), store('email_confirmation')]
const recoveries = store('password_recovery')
let nowMs = START
const parts = { users, confirmations, recoveries, now: () => nowMs }
const email_address = 'tim@example.org'
const { key } = await users.create({ username: 'tim', email_address, password_digest: 'x' })
const ask = (token: string) =>
  confirmations.create({
    user_id: key,
    email_address,
    digest: digestOf(token),
    expires_at: new Date(START + 1000).toISOString(),
  })
const confirmed = async () => (await users.readOrThrow(key)).item.confirmed_address

t.test('a link is good up to its time', async (t) => {
  await ask('token')
  nowMs = START + 1000
  await t.rejects(confirmAddress(parts, 'token'), InvalidError)
  t.equal(await confirmed(), null)
  nowMs = START + 999
  await confirmAddress(parts, 'token')
  t.equal(await confirmed(), email_address)
})

t.test('of two at a time one is done, and for another address none', async (t) => {
  await ask('again')
  const outcomes = await Promise.allSettled([
    confirmAddress(parts, 'again'),
    confirmAddress(parts, 'again'),
  ])
  t.same(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await ask('late')
  await users.update(key, { email_address: 'other@example.org' })
  await t.rejects(confirmAddress(parts, 'late'), InvalidError)
  t.equal(await confirmations.count(), 1, 'the link is not spent')
})
