/** Tries the typed client where its users have it: in a page of another origin, in the machine's browser. */
import type { Page, Request } from 'playwright-core'
import t, { type Test } from 'tap'
import { openPage } from '../kit/browser.ts'
import { serveClientPage } from '../kit/client-page.ts'
import { createGathering } from '../kit/gathering.ts'
import { openTestMessenger, type TestMessenger } from '../kit/messenger.ts'
import { startTcpProxy } from '../kit/tcp-proxy.ts'

/** A name that is this machine's, and no more: to a browser only loopback is as safe as TLS. */
const PLAIN_NAME = 'chat.example'
const ARGS = [`--host-resolver-rules=MAP ${PLAIN_NAME} 127.0.0.1`]

/** What a browser says of every connection that breaks, whatever the page does about it. */
const BROKEN = /net::ERR_|WebSocket connection to/

async function openChat(t: Test, parts: Parameters<typeof openTestMessenger>[2] = {}) {
  const port = await serveClientPage(t)
  const [safe, plain] = [`http://127.0.0.1:${port}`, `http://${PLAIN_NAME}:${port}`]
  const messenger = await openTestMessenger(t, { allowedOrigins: [safe, plain] }, parts)
  const api = new URL(await messenger.listen({ host: '127.0.0.1', port: 0 }))
  const proxy = await startTcpProxy(t, [{ host: api.hostname, port: Number(api.port) }])
  const at = (origin: string): string => `${origin}/?api=http://127.0.0.1:${proxy.port}`
  return { messenger, proxy, safe: at(safe), plain: at(plain) }
}

const state = (page: Page, text: string | RegExp) =>
  page.locator('#state').filter({ hasText: text }).waitFor()

const textsOf = (page: Page, list: string) => page.locator(`#${list} li`).allInnerTexts()

const lastOf = (page: Page, list: string, text: string) =>
  page.locator(`#${list} li:last-child`).filter({ hasText: text }).waitFor()

async function logIn(page: Page): Promise<void> {
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('Password').fill('Password123!')
  await page.getByRole('button', { name: 'Log in' }).click()
  await state(page, 'logged in')
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message').fill(text)
  await page.getByRole('button', { name: 'Write' }).click()
  await state(page, `created ${text}, with its ETag`)
}

async function writeBehind({ write }: TestMessenger, texts: readonly string[], as: string) {
  for (const text of texts) await write(text, as)
}

t.test('a page logs in, searches and writes, and misses nothing when it was cut off', async (t) => {
  const { messenger, proxy, safe, plain } = await openChat(t)
  const { access_token: token } = await messenger.login('admin')
  await messenger.write('chat 0', token)
  const { page, complaints } = await openPage(t, ARGS)
  await page.goto(safe)
  await lastOf(page, 'live', 'chat 0')
  await logIn(page)
  await write(page, 'chat 1')
  await lastOf(page, 'live', 'chat 1')
  await lastOf(page, 'events', 'chat 1')

  await page.getByLabel('Words').fill('CHAT')
  await page.getByRole('button', { name: 'Search' }).click()
  await state(page, 'found 2')
  t.same(await textsOf(page, 'found'), ['admin: chat 0', 'admin: chat 1'])

  proxy.shut()
  await writeBehind(messenger, ['chat 2', 'chat 3', 'chat 4'], token)
  proxy.open()
  await lastOf(page, 'events', 'chat 4')
  await lastOf(page, 'live', 'chat 4')
  proxy.cut()
  await write(page, 'chat 5')
  await lastOf(page, 'events', 'chat 5')
  await lastOf(page, 'live', 'chat 5')
  const numbers = [1, 2, 3, 4, 5].map((number) => `chat ${number}`)
  t.same(await textsOf(page, 'events'), numbers, 'each once, in order')
  t.same(await textsOf(page, 'live'), ['chat 0', ...numbers])

  await page.goto(plain)
  t.equal(await page.evaluate('isSecureContext'), false)
  await logIn(page)
  await write(page, 'chat 6')
  await lastOf(page, 'live', 'chat 6')
  t.same(
    complaints.filter((one) => !BROKEN.test(one)),
    [],
  )
})

t.test('tokens are traded on the open socket, once for all pages that share them', async (t) => {
  // The server tells of the end three seconds after each login and trade.
  const { safe } = await openChat(t, { socketLimits: { expiringSeconds: 897 } })
  const { page, complaints } = await openPage(t)
  const traded: Request[] = []
  page.context().on('requestfinished', (request) => {
    if (request.url().endsWith('/actions/refresh')) traded.push(request)
  })
  const other = await page.context().newPage()
  const renewed = [hasRenewed(page), hasRenewed(other)]
  await page.goto(safe)
  await logIn(page)
  await other.goto(safe)
  await Promise.all(renewed)

  await write(page, 'still here')
  await write(other, 'and here')
  const answers = await Promise.all(traded.map((request) => request.response()))
  t.ok(answers.length > 0)
  t.same([...new Set(answers.map((response) => response?.status()))], [200])
  const spent = traded.map((request) => request.postData())
  t.equal(new Set(spent).size, spent.length, 'no token was traded twice')
  t.same(complaints, [])
})

/** Resolves when a page has proved three times on one socket who it is. */
function hasRenewed(page: Page): Promise<unknown> {
  const renewed = createGathering<number>()
  page.on('websocket', (socket) => {
    let proofs = 0
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('"Authenticated"')) renewed.add(++proofs)
    })
  })
  return renewed.until((all) => all.includes(3))
}
