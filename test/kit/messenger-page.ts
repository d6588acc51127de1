/** The messenger's page for tests: built, served by a messenger behind a line that a test can cut, and people who use it. */
import type { Locator, Page } from 'playwright-core'
import type { Test } from 'tap'
import { buildPage } from '../../app/build-page.ts'
import { openPage, PHONE, type WatchedPage } from './browser.ts'
import { openTestMessenger, PASSWORD, type TestMessenger } from './messenger.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A messenger with its page. */
export interface ServedPage {
  readonly messenger: TestMessenger
  readonly proxy: TcpProxy
  /** Through the proxy. */
  readonly url: string
}

/** A person before a browser of its own. */
export interface Visitor extends WatchedPage {
  readonly composer: Locator
  /** The messages that are shown, the oldest first. */
  texts(): Promise<readonly string[]>
  /** Waits for the last message to be this. */
  sees(text: string): Promise<void>
  write(text: string): Promise<void>
  /** The message that says this. */
  message(text: string): Locator
}

/** What a browser says of a connection that breaks, whatever the page does about it. */
export const BROKEN = /net::ERR_|WebSocket connection to/

/** Serves the page; closed when the test ends. */
export async function servePage(t: Test): Promise<ServedPage> {
  await buildPage()
  const messenger = await openTestMessenger(t, { dataDir: t.testdir() })
  const { hostname, port } = new URL(await messenger.listen({ host: '127.0.0.1', port: 0 }))
  const proxy = await startTcpProxy(t, [{ host: hostname, port: Number(port) }])
  return { messenger, proxy, url: `http://127.0.0.1:${proxy.port}` }
}

/** Opens the page in a browser of its own, on a computer or a phone. */
export async function visit(
  t: Test,
  url: string,
  on: 'computer' | 'phone' = 'computer',
): Promise<Visitor> {
  const watched = await openPage(t, [], on === 'phone' ? PHONE : {})
  await watched.page.goto(url)
  return visitorOf(watched)
}

/** What a person sees and does on another tab of its browser. */
export function visitorOf(watched: WatchedPage): Visitor {
  const { page } = watched
  const composer = page.getByRole('textbox', { name: 'Message' })
  return {
    ...watched,
    composer,
    message: (text) => page.locator('.message').filter({ hasText: text }),
    texts: () => page.locator('.message-text').allInnerTexts(),
    sees: (text) => page.locator('.message').last().getByText(text, { exact: true }).waitFor(),
    async write(text) {
      await composer.fill(text)
      await composer.press('Enter')
    },
  }
}

/** Signs up by the form. Resolves when the messenger is there. */
export async function signUp({ page, composer }: Visitor, username: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign up' }).click()
  await fillIn(page, username, PASSWORD)
  await composer.waitFor()
}

/** Logs in by the form. */
export async function logIn(
  { page, composer }: Visitor,
  username: string,
  password = PASSWORD,
): Promise<void> {
  await fillIn(page, username, password)
  await composer.waitFor()
}

/** Opens the page, and logs in. */
export async function enter(t: Test, url: string, username: string): Promise<Visitor> {
  const visitor = await visit(t, url)
  await logIn(visitor, username)
  return visitor
}

async function fillIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.locator('form button.primary').click()
}

/** The entry of a conversation in the list. */
export function entryOf({ page }: Visitor, title: string | RegExp): Locator {
  return page.getByRole('list', { name: 'Chats' }).getByRole('button', { name: title })
}

const PATIENCE_MS = 30_000

/** Waits until an expression holds on the page, whose policy refuses what Playwright itself would do for that. */
export async function until(page: Page, expression: string): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > endMs) throw new AggregateError([], `It never held: ${expression}`)
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))')
  }
}

/** Goes to a place of the main navigation. */
export function goTo(page: Page, place: string): Promise<void> {
  return page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: place }).click()
}
