/** Recovers an account as a person does, in the machine's browser: from the address to the login, by the mails that are shown. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { openPage } from '../kit/browser.ts'
import { SUBJECTS, tokenIn } from '../kit/mailed-messenger.ts'
import { openTestMessenger } from '../kit/messenger.ts'

const NEW = 'no loud red chair'

/** The secret in the mail of that subject, which is on its way. */
async function tokenMailed(page: Page, url: string, subject: string): Promise<string> {
  const mail = page.getByRole('link', { name: subject })
  // One that never comes is missed by the click below, which says so.
  const patience = AbortSignal.timeout(60_000)
  do await page.goto(`${url}/sent-mails`)
  while ((await mail.count()) === 0 && !patience.aborted)
  await mail.click()
  return tokenIn(await page.locator('pre').innerText())
}

t.test('a person who has lost a password chooses another', async (t) => {
  const messenger = await openTestMessenger(t)
  const url = await messenger.listen({ host: '127.0.0.1', port: 0 })
  await messenger.signUp('tim', { email_address: 'tim@example.org' })
  const { page, complaints, origins } = await openPage(t)
  const confirmation = await tokenMailed(page, url, SUBJECTS.confirmation)
  await page.goto(`${url}/account/confirm#token=${confirmation}`)
  await page.getByRole('button', { name: 'Yes, it is mine' }).click()
  await page.getByText('The address is confirmed').waitFor()

  await page.goto(`${url}/account/recover`)
  await page.getByLabel('E-mail address').fill('Tim@example.org')
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await page.getByText('a mail is on its way').waitFor()

  const token = await tokenMailed(page, url, SUBJECTS.recovery)
  await page.goto(`${url}/account/recover#token=${token}`)
  await page.getByLabel('New password').fill('Password123!')
  t.equal(new URL(page.url()).hash, '', 'the secret stays in no history')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('many people use').waitFor()
  await page.getByLabel('New password').fill(NEW)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your password is changed.').waitFor()
  t.ok(await page.getByLabel('New password').isHidden())
  const json = { username: 'tim', password: NEW }
  t.equal((await messenger.call('POST /actions/login', { json })).statusCode, 200)
  t.match(complaints, [/400/], 'the password that was refused, and nothing else')
  t.same([...origins], [url])
})
