/** The machine's browser, for tests of pages. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Test } from 'tap'

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** A page that tells what went wrong in it, and where it has sent requests; it, and every other page of its context. */
export interface WatchedPage {
  readonly page: Page
  /** What the browser complains of, breaches of the content security policy among it. */
  readonly complaints: readonly string[]
  readonly origins: ReadonlySet<string>
}

/** A phone that is touched: nothing hovers over it. */
export const PHONE: BrowserContextOptions = Object.freeze({
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
})

/** Of each test one, for all its pages: each has cookies and storage of its own. */
const browsers = new WeakMap<Test, Promise<Browser>>()

/**
 * Opens an empty page, as on a device of its own; closed when the test ends.
 * @param args arguments of the browser, besides the usual ones: those of the first page of the test
 * @param device what it is opened on; default a computer
 */
export async function openPage(
  t: Test,
  args: readonly string[] = [],
  device: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const launched = browsers.get(t) ?? launch(t, args)
  browsers.set(t, launched)
  const context = await (await launched).newContext(device)
  const complaints: string[] = []
  const origins = new Set<string>()
  context.on('weberror', (thrown) => complaints.push(thrown.error().message))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol !== 'data:') origins.add(origin)
  })
  return { page: await context.newPage(), complaints, origins }
}

async function launch(t: Test, args: readonly string[]): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--disable-gpu', '--disable-background-networking', ...args],
  })
  t.teardown(() => browser.close())
  return browser
}
