/** Tries what lies beside the conversations: settings, the admin's view, what tells of news, and the page on a phone. */
import t from 'tap'
import { PASSWORD } from '../kit/messenger.ts'
import { goTo, logIn, servePage, until, visit } from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

t.test('an admin blocks somebody, who is out at once; the audit log tells of it', async (t) => {
  const { url, messenger } = await servePage(t)
  await messenger.signUp('ann')
  const [admin, ann] = await Promise.all([visit(t, url), visit(t, url)])
  await Promise.all([logIn(admin, 'admin', 'Password123!'), logIn(ann, 'ann')])
  t.equal(await ann.page.getByRole('navigation').getByRole('button', { name: 'Admin' }).count(), 0)
  await goTo(admin.page, 'Admin')
  await admin.page.getByRole('button', { name: 'Block ann' }).click()
  await admin.page.getByRole('dialog').getByRole('button', { name: 'Block ann' }).click()
  await ann.page.getByText('You have been logged out.').waitFor()
  await admin.page.getByRole('button', { name: 'Audit log' }).click()
  await admin.page.getByRole('row', { name: 'Blocked' }).first().waitFor()
  await ann.page.getByLabel('Username').fill('ann')
  await ann.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await ann.page.locator('form button.primary').click()
  await ann.page.getByText('This account is blocked.').waitFor()
  await admin.page.getByRole('button', { name: 'Users' }).click()
  await admin.page.getByRole('button', { name: 'Unblock ann' }).click()
  await admin.page.getByRole('button', { name: 'Block ann', exact: true }).waitFor()
  await ann.page.locator('form button.primary').click()
  await ann.composer.waitFor()
})

t.test('settings: profile, sessions, language and theme', async (t) => {
  const { url, messenger } = await servePage(t)
  const elsewhere = await messenger.signUp('ann')
  const ann = await visit(t, url)
  await logIn(ann, 'ann')
  const { page } = ann
  await goTo(page, 'Settings')
  await page.getByLabel('Name', { exact: true }).fill('Ann Example')
  await page.getByLabel('Who may see your name').selectOption('nobody')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  const { item } = (
    await messenger.call(`GET /actions/user/${elsewhere.key}`, { as: elsewhere.token })
  ).json<{
    item: Record<string, unknown>
  }>()
  t.match(item, { full_name: 'Ann Example', full_name_visibility: 'nobody' })

  await page.getByRole('button', { name: 'Security' }).click()
  await page.getByRole('button', { name: /^End session/ }).click()
  await page.getByRole('button', { name: /^End session/ }).waitFor({ state: 'detached' })
  const refused = await messenger.call('GET /actions/session-search', { as: elsewhere.token })
  t.equal(refused.statusCode, 401)
  await page.getByLabel('Current password').fill('wrong password')
  await page.getByLabel('New password').fill('no loud red chair')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText('The current password is wrong.').waitFor()

  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByLabel('Dark').check()
  t.equal(await page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'dark')
  await page.getByLabel('Language').selectOption('pl')
  await page.getByRole('heading', { name: 'Ustawienia' }).waitFor()
  await page.getByLabel('Język').selectOption('ru')
  await page.getByRole('heading', { name: 'Настройки' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Настройки' }).waitFor()
  t.same(
    await page.evaluate('[document.documentElement.lang, document.documentElement.dataset.theme]'),
    ['ru', 'dark'],
  )
})

t.test(
  'on a phone the list and the conversation take turns; the keyboard alone is enough',
  async (t) => {
    const { url, messenger } = await servePage(t)
    await messenger.signUp('ann')
    const ann = await visit(t, url)
    const { page } = ann
    await page.setViewportSize({ width: 320, height: 640 })
    await page.getByLabel('Username').focus()
    await page.keyboard.type('ann')
    await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    const entry = page
      .getByRole('list', { name: 'Chats' })
      .getByRole('button', { name: /Everyone/ })
    await entry.waitFor()
    t.equal(await ann.composer.count(), 0)
    await entry.focus()
    await page.keyboard.press('Enter')
    await ann.composer.waitFor()
    t.equal(await entry.isVisible(), false)
    await ann.composer.focus()
    await page.keyboard.type('from a phone')
    await page.keyboard.press('Enter')
    await ann.sees('from a phone')
    const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    t.equal(await page.evaluate(isWide), false, 'nothing is wider than the screen')

    await page.locator('.message').last().focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate('document.activeElement.ariaLabel'), 'React')
    await page.goBack()
    await entry.waitFor()
  },
)

/** A page that can be put behind others, and counts the sounds that it makes. */
const BEHIND = `{
  let isHidden = false
  Object.defineProperty(document, 'hidden', { get: () => isHidden })
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') })
  window.putBehind = (value) => {
    isHidden = value
    document.dispatchEvent(new Event('visibilitychange'))
  }
  window.sounds = 0
  window.AudioContext = class extends AudioContext {
    constructor() {
      super()
      window.sounds += 1
    }
  }
}`

t.test('a tab that is not in front tells of news, unless that is switched off', async (t) => {
  const { url, messenger } = await servePage(t)
  const [own, bob] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const ann = await visit(t, url)
  const { page } = ann
  await page.addInitScript(BEHIND)
  await page.reload()
  await logIn(ann, 'ann')
  await messenger.write('while you look', bob.token)
  await ann.sees('while you look')
  t.same(await page.evaluate('[document.title, sounds]'), ['Holdfast', 0])
  await page.evaluate('putBehind(true)')
  await messenger.write('while you are away', bob.token)
  await until(page, 'document.title === "(1) Holdfast" && sounds === 1')
  await page.evaluate('putBehind(false)')
  await until(page, 'document.title === "Holdfast"')

  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByLabel('Play a sound for new messages').uncheck()
  await page.getByLabel('Count unread messages in the title of the tab').uncheck()
  await page.evaluate('putBehind(true)')
  const message_id = await messenger.write('quietly', bob.token)
  await page.getByRole('navigation').getByText('1', { exact: true }).waitFor()
  t.same(await page.evaluate('[document.title, sounds]'), ['Holdfast', 1])
  await page.evaluate('putBehind(false)')

  await messenger.stores.store('notification').create({
    user_id: own.key,
    kind: 'reply',
    actor_id: bob.key,
    message_id,
  })
  await goTo(page, 'People')
  await page.getByRole('button', { name: 'bob has replied to you.' }).click()
  await page.getByRole('heading', { level: 1, name: 'Everyone' }).waitFor()
  await page.locator('.message:focus').getByText('quietly').waitFor()
  await page.getByRole('navigation').getByText('1', { exact: true }).waitFor({ state: 'detached' })
  t.same(ann.complaints, [])
})
