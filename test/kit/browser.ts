/** The machine's browser, for tests of pages. */
import { chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** A page that tells what went wrong in it, and where it has sent requests. */
export interface WatchedPage {
  readonly page: Page
  /** What the browser complains of, breaches of the content security policy among it. */
  readonly complaints: readonly string[]
  readonly origins: ReadonlySet<string>
}

/** Opens an empty page; closed when the test ends. */
export async function openPage(t: Test): Promise<WatchedPage> {
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: ['--disable-gpu', '--disable-background-networking'],
  })
  t.teardown(() => browser.close())
  const page = await browser.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol !== 'data:') origins.add(origin)
  })
  return { page, complaints, origins }
}
