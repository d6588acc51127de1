/** Looks after an account as a person does: made with a mailed password, its address confirmed, its password recovered and changed. */
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { openPage } from '../kit/browser.ts'
import { tokenIn, SUBJECTS } from '../kit/mailed-messenger.ts'
import { PASSWORD } from '../kit/messenger.ts'
import { enter, goTo, servePage, visit } from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

const NEW = 'no loud red chair'
const ANOTHER = 'some slow blue boat'

interface Mails {
  readonly mails: readonly { readonly subject: string; readonly text: string }[]
}

const PATIENCE_MS = 30_000

/** The text of the newest mail of that subject, once there is one. */
async function mailed(url: string, subject: string): Promise<string> {
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs;) {
    const { mails } = (await (await fetch(`${url}/sent-mails.json`)).json()) as Mails
    const found = mails.find((mail) => mail.subject === subject)
    if (found !== undefined) return found.text
  }
  throw new AggregateError([], `No mail has come: ${subject}`)
}

t.test('who signs up without a password has one mailed, and chooses another', async (t) => {
  const { url } = await servePage(t)
  const lea = await visit(t, url)
  const { page } = lea
  await page.getByRole('button', { name: 'Sign up' }).click()
  await page.getByLabel('Username').fill('lea')
  await page.getByLabel('E-mail address (optional)').fill('Lea@example.org')
  await page.locator('form button.primary').click()
  await page.getByText('A password is on its way to your address.').waitFor()
  const [, password = ''] =
    /Log in with this password:\s+(\S+)/.exec(await mailed(url, SUBJECTS.firstPassword)) ?? []
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.locator('form button.primary').click()
  await page.getByLabel('New password').fill('Password123!')
  await page.locator('form button.primary').click()
  await page.getByText('Choose a stronger password').waitFor()
  await page.getByLabel('New password').fill(NEW)
  await page.locator('form button.primary').click()
  await lea.composer.waitFor()

  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Security' }).click()
  await page.getByText('Confirmed. A forgotten password is recovered by it.').waitFor()
  await page.getByLabel('E-mail address').fill('lea@example.com')
  await page.getByLabel('Your password, to prove that it is you').fill('wrong password')
  await page.getByRole('button', { name: 'Change address' }).click()
  await page.getByText('The current password is wrong.').waitFor()
  await page.getByLabel('Your password, to prove that it is you').fill(NEW)
  await page.getByRole('button', { name: 'Change address' }).click()
  await page.getByText('Not confirmed yet').waitFor()
  const mail = (await openPage(t)).page
  const token = tokenIn(await mailed(url, SUBJECTS.confirmation))
  await mail.goto(`${url}/account/confirm#token=${token}`)
  await mail.getByRole('button', { name: 'Yes, it is mine' }).click()
  await page.getByText('Confirmed. A forgotten password is recovered by it.').waitFor()
  t.same(
    lea.complaints.filter((one) => !/status of 40[01]/.test(one)),
    [],
    'nothing but what was refused',
  )
})

t.test('a person who has lost a password chooses another', async (t) => {
  const { url, messenger } = await servePage(t)
  await messenger.signUp('tim', { email_address: 'tim@example.org' })
  const json = { token: tokenIn(await mailed(url, SUBJECTS.confirmation)) }
  t.equal((await messenger.call('POST /actions/confirm-address', { json })).statusCode, 204)
  const elsewhere = await enter(t, url, 'tim')
  const { page, complaints, origins } = await visit(t, url)
  await page.getByRole('button', { name: 'Русский' }).click()
  await page.getByRole('link', { name: 'Забыли пароль?' }).click()
  await page.getByRole('heading', { name: 'Выберите новый пароль' }).waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail address').fill('Tim@example.org')
  await page.getByRole('button', { name: 'Mail me a link' }).click()
  await page.getByText('a mail is on its way').waitFor()
  const token = tokenIn(await mailed(url, SUBJECTS.recovery))
  // The same page but for the fragment would not be loaded anew.
  await page.goto('about:blank')
  await page.goto(`${url}/account/recover#token=${token}`)
  await page.getByLabel('New password').fill('Password123!')
  t.equal(new URL(page.url()).hash, '', 'the secret stays in no history')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Choose a stronger password').waitFor()
  await page.getByLabel('New password').fill(NEW)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('Your password is changed.').waitFor()
  t.ok(await page.getByLabel('New password').isHidden())
  await elsewhere.page.getByText('You have been logged out.').waitFor()
  await page.goto('about:blank')
  await page.goto(`${url}/account/recover#token=${token}`)
  await page.getByLabel('New password').fill(ANOTHER)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByText('This link is spent or too old.').waitFor()
  await page.getByRole('link', { name: 'To the messenger' }).click()
  await page.getByLabel('Username').fill('tim')
  await page.getByLabel('Password', { exact: true }).fill(NEW)
  await page.locator('form button.primary').click()
  await page.getByRole('textbox', { name: 'Message' }).waitFor()
  t.same(
    complaints.filter((one) => !/status of 400/.test(one)),
    [],
    'nothing but the password that was refused',
  )
  t.same([...origins], [url])
})

t.test('a password is changed on one device, and the other one is out', async (t) => {
  const { url, messenger } = await servePage(t)
  await messenger.signUp('ann')
  const [here, there] = await Promise.all([enter(t, url, 'ann'), enter(t, url, 'ann')])
  const { page } = here
  await here.write('from the first')
  await there.sees('from the first')
  await there.write('from the second')
  await here.sees('from the second')
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Security' }).click()
  await page.getByLabel('Current password').fill(PASSWORD)
  await page.getByLabel('New password').fill(ANOTHER)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The password is changed.').waitFor()
  await there.page.getByText('You have been logged out.').waitFor()
  await page.reload()
  await page.getByText('(this one)').waitFor()
  await page.getByRole('button', { name: 'Log out everywhere' }).click()
  await page.getByLabel('Username').waitFor()
  t.equal(await messenger.stores.store('session').count(), 0)
})

t.test('a person takes its data along, and deletes its account', async (t) => {
  const { url, messenger } = await servePage(t)
  await messenger.signUp('eve', { full_name: 'Eve Example' })
  await messenger.signUp('tim')
  const [eve, tim] = await Promise.all([enter(t, url, 'eve'), enter(t, url, 'tim')])
  const { page } = eve
  await eve.write('I was here')
  await tim.sees('Eve Example')
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Ask for my data' }).click()
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  const saved = await saving
  t.match(saved.suggestedFilename(), /^holdfast-\d{4}-\d\d-\d\d\.zip$/)
  const file = await readFile(await saved.path())
  t.equal(file.subarray(0, 2).toString(), 'PK')
  t.ok(file.length > 1000)
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('link', { name: 'Download' }).waitFor({ state: 'detached' })

  const leave = async (password: string): Promise<void> => {
    await page.getByLabel('Your password, to prove that it is you').fill(password)
    await page.getByRole('button', { name: 'Delete the account' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the account' }).click()
  }
  await leave('wrong password')
  await page.getByText('The current password is wrong.').waitFor()
  await leave(PASSWORD)
  await page.getByText('Your account is deleted.').waitFor()
  await page.getByLabel('Username').fill('eve')
  t.ok(await page.getByText('You have been logged out.').isHidden())
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.locator('form button.primary').click()
  await page.getByText('The username or the password is wrong.').waitFor()

  await tim.page.reload()
  await tim.sees('I was here')
  await tim.sees('Deleted user')
  t.same(
    eve.complaints.filter((one) => !/status of 40[01]/.test(one)),
    [],
    'nothing but what was refused',
  )
})
