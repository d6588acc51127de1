/** Tries `/docs/events` as a person does, in the machine's browser: from the login to the event of a message that somebody writes. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { openPage } from '../kit/browser.ts'
import { prepareHome, startMessenger } from '../kit/messenger-process.ts'

/** Where to leave pictures of the page; absent: nowhere. */
const PICTURES = process.env['PICTURES']

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined)
    await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true })
}

const entry = (page: Page, text: string | RegExp) =>
  page.locator('#log li').filter({ hasText: text })

t.test('a person connects, logs in, subscribes, and sees a message that is written', async (t) => {
  const messenger = await startMessenger(t, await prepareHome(t))
  const { page, complaints, origins } = await openPage(t)
  await page.goto(`${messenger.url}/docs`)
  const link = page.locator('.info a[href="/docs/events"]')
  await link.waitFor()
  await page.goto(`${messenger.url}/docs/events`)

  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('Password').fill('Password123!')
  await page.getByRole('button', { name: 'Log in' }).press('Enter')
  await page.getByText('The token is there.').waitFor()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText('Connected.', { exact: true }).waitFor()
  await page.getByText(/Logged in as 9b38eb94/).waitFor()
  t.notMatch(await page.locator('#log').innerText(), /eyJ/, 'the log shows no token')

  await page.getByLabel('Channel').selectOption('on_create_message')
  t.match(await page.locator('#channel-description').innerText(), /Each message/)
  await page.getByRole('button', { name: 'Subscribe', exact: true }).click()
  await page.getByRole('button', { name: 'Unsubscribe from on_create_message' }).waitFor()

  const text = '<img src=x onerror=alert(1)> hello'
  const json = { item: { text } }
  const written = await messenger.send('POST', '/actions/message', {
    as: await messenger.login(),
    json,
  })
  t.equal(written.status, 201)
  const event = entry(page, 'hello')
  await event.waitFor()
  t.match(await event.innerText(), /received\s+Event\s+on_create_message\s+create/)
  t.equal(await event.locator('img').count(), 0, 'what comes is text')
  await picture(page, 'wide')

  await page.getByLabel('Show those with').fill('HELLO')
  t.equal(await page.locator('#log li:visible').count(), 1, 'only what is sought is shown')
  await page.getByLabel('Show those with').fill('')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Ping' }).click()
  await page.getByText(/2 waiting/).waitFor()
  t.equal(await entry(page, 'Pong').count(), 0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await entry(page, 'Pong').waitFor()

  await page.getByLabel('Frame, as JSON').fill('{"type":"Nonsense"}')
  await page.getByRole('button', { name: 'Send' }).click()
  await entry(page, /Error[^]*must be one of/).waitFor()
  await page.getByRole('button', { name: 'Unsubscribe from on_create_message' }).click()
  await entry(page, /"reason": "client"/).waitFor()
  t.equal(await page.locator('#subscriptions li').count(), 0)

  await page.getByRole('button', { name: 'Clear' }).click()
  t.equal(await page.locator('#log li').count(), 0)
  t.same(complaints, [])
  t.same([...origins], [messenger.url], 'no request has left')
  await messenger.end('SIGTERM')
  await page
    .getByText(/Closed with 1012\. The server restarts/)
    .first()
    .waitFor()
})

t.test('it is readable on a phone, and in the dark', async (t) => {
  const messenger = await startMessenger(t, await prepareHome(t))
  const { page, complaints } = await openPage(t)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`${messenger.url}/docs/events`)
  await page.getByText('Filter, operations, cursor, id').click()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByText('Connected.', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Ping' }).click()
  await entry(page, 'Pong').waitFor()
  const widths = await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')
  t.same(widths, [390, 390], 'nothing has to be scrolled sideways')
  await page.getByLabel('Filter, as JSON').fill('{')
  await page.getByRole('button', { name: 'Subscribe', exact: true }).click()
  await page.getByText('The filter is no JSON.').waitFor()
  await page.getByLabel('Filter, as JSON').fill('')
  await page.getByLabel('Since, a cursor').fill('nonsense')
  await page.getByLabel('Id', { exact: true }).fill('2')
  await page.getByRole('button', { name: 'Subscribe', exact: true }).click()
  await page.locator('#subscribe-state').filter({ hasText: 'is no cursor' }).waitFor()
  await page.getByRole('button', { name: 'Use the last cursor seen' }).click()
  await page.getByRole('button', { name: 'Subscribe', exact: true }).click()
  await page.getByRole('button', { name: 'Unsubscribe from on_create_message, id 2' }).waitFor()
  t.equal(await page.locator('#subscribe-state').innerText(), '')
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('Password').fill('wrong')
  await page.getByLabel('Password').press('Enter')
  await page.locator('#login-state[data-state=bad]').filter({ hasText: /\w/ }).waitFor()
  await picture(page, 'phone')
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Closed with 1000. Closed as asked.').first().waitFor()
  t.same(
    complaints.filter((one) => !one.includes('401')),
    [],
  )
})
