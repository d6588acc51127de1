/** Tries what lies beside the conversations: settings, the admin's view, what tells of news, and the page on a phone. */
import t from 'tap'
import { PASSWORD } from '../kit/messenger.ts'
import { enter, entryOf, goTo, logIn, servePage, until, visit } from '../kit/messenger-page.ts'

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
  await page.setViewportSize({ width: 390, height: 844 })
  const cutOff = `[...document.querySelectorAll('.rail span')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)`
  t.same(await page.evaluate(cutOff), [], 'where one can go is read whole')
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
    const isHigh = 'document.documentElement.scrollHeight > document.documentElement.clientHeight'
    t.equal(await page.evaluate(isHigh), false, 'nothing is higher than the screen')
    const isWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth'
    t.equal(await page.evaluate(isWide), false, 'nothing is wider than the screen')
    await ann.composer.fill('y'.repeat(300))
    t.equal(await page.evaluate(isWide), false, 'nor is a word that does not end')
    await ann.composer.fill('')

    await page.locator('[data-state=sending]').waitFor({ state: 'detached' })
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
  window.notes = 0
  window.AudioContext = class extends AudioContext {
    createOscillator() {
      window.notes += 1
      return super.createOscillator()
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
  t.same(await page.evaluate('[document.title, notes]'), ['Holdfast', 0])
  await page.evaluate('putBehind(true)')
  await messenger.write('while you are away', bob.token)
  await until(page, 'document.title === "(1) Holdfast" && notes === 2')
  await page.evaluate('putBehind(false)')
  await until(page, 'document.title === "Holdfast"')

  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByLabel('Play a sound for new messages').uncheck()
  await page.getByLabel('Count unread messages in the title of the tab').uncheck()
  await page.evaluate('putBehind(true)')
  const message_id = await messenger.write('quietly', bob.token)
  await page.getByRole('navigation').getByText('1', { exact: true }).waitFor()
  t.same(await page.evaluate('[document.title, notes]'), ['Holdfast', 2])
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

/** Goes through the messages, and tells what is wrong with the tools of each while it is the current one. */
const TOOL_FAULTS = `(() => {
  const boxOf = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    return { left, right, top, bottom }
  }
  const linesOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const lines = []
    for (const range = document.createRange(); walker.nextNode(); ) {
      range.selectNodeContents(walker.currentNode)
      for (const line of range.getClientRects()) lines.push({ said: walker.currentNode.data, line })
    }
    return lines
  }
  const messages = [...document.querySelectorAll('.message')]
  const thread = boxOf(document.querySelector('.thread-scroll'))
  const placesNow = () => JSON.stringify(messages.map(boxOf))
  const before = placesNow()
  return messages.flatMap((message) => {
    message.focus({ preventScroll: true })
    const tools = message.querySelector('.bubble-tools')
    const faults = getComputedStyle(tools).visibility === 'visible' ? [] : ['are not seen']
    if (placesNow() !== before) faults.push('move messages')
    for (const tool of tools.querySelectorAll('button')) {
      const { left, right, top, bottom } = boxOf(tool)
      if (left < thread.left || right > thread.right) faults.push('are out of sight')
      if (right - left < 24 || bottom - top < 24) faults.push('are too small')
      for (const { said, line } of messages.flatMap(linesOf)) {
        const isApart = line.right <= left || line.left >= right || line.bottom <= top || line.top >= bottom
        if (!isApart) faults.push(tool.ariaLabel + ' covers ' + said)
      }
    }
    return faults.map((fault) => message.querySelector('.message-text').innerText + ': ' + fault)
  })
})()`

const WIDTHS = [1280, 1024, 760, 390, 320] as const

t.test('the tools of a message cover no text, by mouse, keyboard and touch', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const make = async (name: string, as: string, item: object): Promise<string> =>
    (await messenger.call(`POST /actions/${name}`, { as, json: { item } })).json<{ key: string }>()
      .key
  const conversation_id = await make('conversation', annOf.token, { title: 'Garden' })
  const json = { conversation_id, username: 'bob' }
  await messenger.call('POST /actions/conversation-invite', { as: annOf.token, json })
  const long = 'A lamp that is seen from the far end of the garden, even in the rain. '.repeat(3)
  for (const { token } of [bobOf, annOf, bobOf]) {
    const reply_to_id = await make('message', token, { conversation_id, text: 'So' })
    await make('message', token, { conversation_id, text: long.trim(), reply_to_id })
    await make('message', token, { conversation_id, text: 'Ok', reply_to_id })
  }
  const ann = await enter(t, url, 'ann')
  const { page } = ann
  await entryOf(ann, /Garden/).click()
  await page.locator('.message').nth(8).waitFor()
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 700 })
    t.same(await page.evaluate(TOOL_FAULTS), [], `${width} pixels`)
  }

  const last = page.locator('.message').last()
  const answering = page.locator('.composer-about')
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 700 })
    await last.hover()
    await last.getByRole('button', { name: 'Reply' }).click()
    await answering.waitFor()
    await page.keyboard.press('Escape')
    await answering.waitFor({ state: 'detached' })
  }

  await page.mouse.move(0, 0)
  await ann.composer.focus()
  await last.getByRole('button', { name: 'Reply' }).waitFor({ state: 'hidden' })
  const device = await page.context().newCDPSession(page)
  await device.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  for (const target of [last.getByText('Ok'), last.getByRole('button', { name: 'Reply' })]) {
    const { x, y } = (await target.boundingBox()) ?? { x: 0, y: 0 }
    await device.send('Input.dispatchTouchEvent', {
      type: 'touchStart',
      touchPoints: [{ x: x + 5, y: y + 5 }],
    })
    await device.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
  await answering.waitFor()
  t.same(ann.complaints, [])
})

/** Whether the whole emoji picker can be seen and reached, and nothing has moved for it. */
const IS_PICKER_WHOLE = `(() => {
  const picker = document.querySelector('.popup')
  if (picker === null) return false
  const { left, right, top, bottom } = picker.getBoundingClientRect()
  const isWithin = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight
  const isOnTop = [...picker.querySelectorAll('input, .emoji-groups button')].every((part) => {
    const box = part.getBoundingClientRect()
    return part.contains(document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2))
  })
  const thread = document.querySelector('.thread-scroll')
  const hasMoved = thread.scrollLeft !== 0 || thread.scrollWidth > thread.clientWidth
  return isWithin && isOnTop && !hasMoved && picker.querySelector('.emoji-grid button') !== null
})()`

t.test(
  'the emoji picker is whole, wherever it is opened and however small the window',
  async (t) => {
    const { url, messenger } = await servePage(t)
    const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
    await messenger.write('Is it whole?', bobOf.token)
    await messenger.write('It is.', annOf.token)
    const ann = await enter(t, url, 'ann')
    const { page } = ann
    await ann.sees('It is.')
    const search = page.getByRole('searchbox', { name: 'Search emoji' })
    for (const width of WIDTHS) {
      for (const height of [900, 480]) {
        await page.setViewportSize({ width, height })
        for (const said of ['Is it whole?', 'It is.']) {
          await ann.message(said).hover()
          await ann.message(said).getByRole('button', { name: 'React' }).click()
          await until(page, IS_PICKER_WHOLE)
          t.equal(await page.evaluate('document.activeElement.type'), 'search', 'one types at once')
          await page.keyboard.press('Escape')
          await search.waitFor({ state: 'detached' })
        }
        await page.getByRole('button', { name: 'Emoji' }).click()
        await until(page, IS_PICKER_WHOLE)
        await page.getByRole('button', { name: 'Emoji' }).click()
        await search.waitFor({ state: 'detached' })
      }
    }
    t.same(ann.complaints, [])
  },
)
