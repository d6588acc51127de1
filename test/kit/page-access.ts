/** Holds the page to WCAG 2.2 AA, as far as axe sees it: each view, on one screen, light or dark. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { photo } from './images.ts'
import { ADMIN_KEY, type TestMessenger } from './messenger.ts'
import { entryOf, goTo, logIn, servePage, visit, type Visitor } from './messenger-page.ts'
import { uploaderAt } from './uploads.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const
/** `SCREENSHOTS=docs/screenshots` keeps pictures of these views there. */
const SCREENSHOTS = process.env['SCREENSHOTS']
const KEPT: ReadonlySet<string> = new Set([
  'log-in-desktop-light',
  'conversation-desktop-light',
  'conversation-desktop-dark',
  'conversation-phone-dark',
  'list-phone-light',
  'talk-desktop-light',
  'talk-phone-light',
  'info-desktop-light',
  'media-desktop-dark',
  'people-desktop-light',
  'profile-phone-light',
  'audit-desktop-light',
  'frames-desktop-dark',
])

const ARE_TABS_SEEN = `[...document.querySelectorAll('.switch')].every((one) => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight)`

async function check(t: Test, page: Page, name: string): Promise<void> {
  // What fades in is judged when it is there.
  await page.evaluate(
    'Promise.allSettled(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished))',
  )
  if (SCREENSHOTS !== undefined && KEPT.has(name))
    await page.screenshot({ path: `${SCREENSHOTS}/${name}.png` })
  t.equal(await page.evaluate(ARE_TABS_SEEN), true, `${name}: no part is out of sight`)
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
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('button', { name: 'Mail me a link' }).waitFor()
  await check(t, page, `recover-${look}`)
  await page.getByRole('link', { name: 'To the messenger' }).click()
  await page.getByLabel('Username').waitFor()
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
  await checkGroup(t, visitor, look)
  if (look.startsWith('phone')) {
    // From the photos to the conversation, from there to the list.
    await page.getByRole('button', { name: 'Back' }).click()
    await page.locator('.composer').waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
  }
  await goTo(page, 'People')
  await page.getByRole('heading', { name: 'Requests' }).waitFor()
  await check(t, page, `people-${look}`)
  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Save' }).waitFor()
  await check(t, page, `profile-${look}`)
  await page.getByRole('button', { name: 'Appearance' }).click()
  await check(t, page, `appearance-${look}`)
  await page.getByRole('button', { name: 'Security' }).click()
  await page.getByText('(this one)').waitFor()
  await check(t, page, `security-${look}`)
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('heading', { name: 'Your data' }).waitFor()
  await check(t, page, `account-${look}`)
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

/** Opens every view of the page, and fails for each violation. */
export async function checkViews(
  t: Test,
  size: keyof typeof SIZES,
  colorScheme: 'light' | 'dark',
): Promise<void> {
  const look = `${size}-${colorScheme}`
  const { url, messenger } = await servePage(t)
  await fill(messenger, url)
  const admin = await visit(t, url)
  await admin.page.setViewportSize(SIZES[size])
  await admin.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await checkGuest(t, admin, look)
  if (size === 'phone') await admin.page.goto(`${url}/c/everyone`)
  await logInAs(admin, size)
  await checkMember(t, admin, look)
}

/** Somebody who has written to everybody, asked the admin to be friends, and made a group for both with a photo in it. */
async function fill(messenger: TestMessenger, url: string): Promise<void> {
  const { token: as } = await messenger.signUp('ann', { full_name: 'Ann Example' })
  const call = async (line: string, json: object): Promise<string> => {
    const answer = await messenger.call(`POST /actions/${line}`, { as, json })
    return answer.json<{ key: string }>().key
  }
  await messenger.write('Hello @admin, see https://example.org', as)
  await call('friend-request', { user_id: ADMIN_KEY })
  const conversation_id = await call('conversation', { item: { title: 'Garden' } })
  await call('conversation-invite', { conversation_id, username: 'admin' })
  const { id } = await uploaderAt(url, as).upload(await photo(), { filename: 'lamp.jpg' })
  const first = await call('message', {
    item: { conversation_id, text: 'Our new lamp', attachment_ids: [id] },
  })
  await call('message-reaction', { item: { message_id: first, emoji: '👍' } })
  await call('message', { item: { conversation_id, text: 'Do you like it?', reply_to_id: first } })
}

async function checkGroup(t: Test, visitor: Visitor, look: string): Promise<void> {
  const { page } = visitor
  await goTo(page, 'Chats')
  await entryOf(visitor, /Garden/).click()
  await page.locator('.picture img').waitFor()
  await visitor.sees('Do you like it?')
  await visitor.message('Do you like it?').hover()
  await check(t, page, `talk-${look}`)
  await page.getByRole('button', { name: 'Open lamp.jpg' }).click()
  await page.getByRole('dialog').getByRole('img').waitFor()
  await check(t, page, `viewer-${look}`)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'About this chat' }).click()
  await page.getByRole('heading', { name: 'Members' }).waitFor()
  await check(t, page, `info-${look}`)
  await page.getByRole('button', { name: 'Photos and files' }).click()
  await page.locator('.gallery img').waitFor()
  await check(t, page, `media-${look}`)
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
