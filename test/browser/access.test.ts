/** Holds the page to WCAG 2.2 AA, as far as axe sees it: each view, light and dark, on a desktop and on a phone. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { goTo, logIn, servePage, visit, type Visitor } from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const
const SCHEMES = ['light', 'dark'] as const
/** `SCREENSHOTS=docs/screenshots` keeps pictures of these views there. */
const SCREENSHOTS = process.env['SCREENSHOTS']
const KEPT: ReadonlySet<string> = new Set([
  'log-in-desktop-light',
  'conversation-desktop-light',
  'conversation-desktop-dark',
  'conversation-phone-dark',
  'list-phone-light',
  'profile-phone-light',
  'audit-desktop-light',
  'frames-desktop-dark',
])

async function check(t: Test, page: Page, name: string): Promise<void> {
  // What fades in is judged when it is there.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished))',
  )
  if (SCREENSHOTS !== undefined && KEPT.has(name))
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` })
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  const faults = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  )
  t.same(faults, [], name)
}

async function checkGuest(t: Test, { page }: Visitor, look: string): Promise<void> {
  await page.getByLabel('Username').waitFor()
  await check(t, page, `log-in-${look}`)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await check(t, page, `sign-up-${look}`)
  await page.getByRole('button', { name: 'Log in' }).first().click()
}

async function checkMember(t: Test, visitor: Visitor, look: string): Promise<void> {
  const { page } = visitor
  await page.locator('.message').last().waitFor()
  await check(t, page, `conversation-${look}`)
  await page.getByRole('button', { name: 'Emoji' }).click()
  await page.getByRole('button', { name: 'grinning face', exact: true }).waitFor()
  await check(t, page, `emoji-${look}`)
  await page.keyboard.press('Escape')
  if (look.startsWith('phone')) {
    await page.getByRole('button', { name: 'Back' }).click()
    await check(t, page, `list-${look}`)
  }
  await goTo(page, 'People')
  await page.getByRole('heading', { name: 'People' }).waitFor()
  await check(t, page, `people-${look}`)
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Save' }).waitFor()
  await check(t, page, `profile-${look}`)
  await page.getByRole('button', { name: 'Appearance' }).click()
  await check(t, page, `appearance-${look}`)
  await page.getByRole('button', { name: 'Security' }).click()
  await page.getByText('(this one)').waitFor()
  await check(t, page, `security-${look}`)
  await goTo(page, 'Admin')
  await page.getByRole('button', { name: 'Block ann' }).click()
  await check(t, page, `block-${look}`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Audit log' }).click()
  await page.getByRole('row', { name: 'Logged in' }).first().waitFor()
  await check(t, page, `audit-${look}`)
  await goTo(page, 'Frames')
  await page.locator('.frame').first().waitFor()
  await check(t, page, `frames-${look}`)
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of SCHEMES) {
    const look = `${size}-${colorScheme}`
    t.test(`no view has a violation: ${look}`, async (t) => {
      const { url, messenger } = await servePage(t)
      const { token } = await messenger.signUp('ann')
      await messenger.write('Hello @admin, see https://example.org', token)
      const admin = await visit(t, url)
      await admin.page.setViewportSize(viewport)
      await admin.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await checkGuest(t, admin, look)
      if (size === 'phone') await admin.page.goto(`${url}/c/everyone`)
      await logInAs(admin, size)
      await checkMember(t, admin, look)
    })
  }
}

async function logInAs(admin: Visitor, size: string): Promise<void> {
  const { page } = admin
  if (size === 'desktop') {
    await logIn(admin, 'admin', 'Password123!')
    return
  }
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('Password', { exact: true }).fill('Password123!')
  await page.locator('form button.primary').click()
  await page
    .getByRole('list', { name: 'Chats' })
    .getByRole('button', { name: /Everyone/ })
    .click()
}
