/** Tries the messenger as a person does, in the machine's browser: `/docs` from the login to the event on a socket. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { openPage } from '../kit/browser.ts'
import { prepareHome, startMessenger } from '../kit/messenger-process.ts'

const ADMIN_KEY = '9b38eb94-573f-43d6-a9e7-910757ce3f54'

/** What of the document is of use here. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly tags: readonly [string]
  readonly operationId: string
}

/** The ids that it should draw. */
async function expectedIds(origin: string): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${origin}/openapi.json`)).json()) as Document
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  return operations.map(({ tags: [tag], operationId }) => `operations-${tag}-${operationId}`)
}

const FRAME = 'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))'
const IDS = '[...document.querySelectorAll(".opblock")].map(({ id }) => id)'
const AT_END = 'scrollY + innerHeight >= document.documentElement.scrollHeight - 2'

/** The ids of the blocks that Swagger UI draws, which are those alone that can be seen, on the way to its end. */
async function drawnIds(page: Page): Promise<readonly string[]> {
  const found = new Set<string>()
  for (let isAtEnd = false; !isAtEnd;) {
    isAtEnd = await page.evaluate<boolean>(AT_END)
    const ids = await page.evaluate<string[]>(IDS)
    for (const id of ids) found.add(id)
    await page.mouse.wheel(0, 300)
    await page.evaluate(FRAME)
  }
  return [...found]
}

/** Opens a socket in the page and subscribes. The handle holds the first event, which may still be to come. */
const subscribe = (page: Page, url: string) =>
  page.evaluateHandle(async (url) => {
    const socket = new WebSocket(url)
    const next = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), {
          once: true,
        })
        socket.addEventListener('close', ({ code }) => reject(new RangeError(String(code))))
      })
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => reject(new RangeError('refused')))
    })
    const answer = next()
    socket.send(JSON.stringify({ type: 'Subscribe', payload: 'on_create_message' }))
    return { answer: await answer, event: next() }
  }, url)

t.test('a person logs in on /docs, creates a message, and a page hears of it', async (t) => {
  const { url: origin } = await startMessenger(t, await prepareHome(t))
  const { page, complaints, origins } = await openPage(t)
  await page.goto(`${origin}/docs`)
  await page.locator('.opblock').first().waitFor()

  const drawn = await drawnIds(page)
  t.same(drawn.toSorted(), (await expectedIds(origin)).toSorted(), 'every operation is there')
  t.ok(drawn.length > 20)

  await page.locator('.auth-wrapper .authorize').click()
  const form = page.locator('.auth-container').filter({ has: page.locator('#oauth_username') })
  await form.locator('#oauth_username').fill('admin')
  await form.locator('#oauth_password').fill('Password123!')
  await form.getByRole('button', { name: 'Apply given OAuth2 credentials' }).click()
  await page.getByRole('button', { name: 'Remove authorization' }).waitFor()
  await page.locator('.btn-done').first().click()

  const subscription = await subscribe(page, `${origin.replace('http', 'ws')}/subscription`)
  t.match(await subscription.evaluate(({ answer }) => answer), {
    type: 'Subscribed',
    payload: { channel: 'on_create_message' },
  })

  await page.getByPlaceholder('Filter by tag').fill('message')
  const create = page.locator('#operations-message-message_create')
  await create.click()
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await create.locator('button.execute').click()
  const response = await answered
  t.equal(response.status(), 201)
  const created = (await response.json()) as { readonly key: string; readonly item: object }
  t.match(created.item, { author_id: ADMIN_KEY })
  const status = create.locator('.live-responses-table .response .response-col_status')
  t.match(await status.innerText(), '201', 'the page shows it')

  t.match(await subscription.evaluate(({ event }) => event), {
    type: 'Event',
    channel: 'on_create_message',
    key: created.key,
    payload: created.item,
  })
  t.same(complaints, [])
  t.same([...origins], [origin], 'no request has left')
})
