/** Tries what the page keeps while much changes: the place, the focus, what is unsent, and what belongs to one person alone. */
import t from 'tap'
import { photo } from '../kit/images.ts'
import {
  BROKEN,
  enter,
  entryOf,
  goTo,
  logIn,
  servePage,
  until,
  type Visitor,
} from '../kit/messenger-page.ts'
import { talkIn } from '../kit/talk.ts'
import { uploaderAt } from '../kit/uploads.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

const topOf = ({ page }: Visitor, text: string): Promise<number> =>
  page.evaluate<number>(`Math.round([...document.querySelectorAll('.message-text')]
    .find((one) => one.innerText === ${JSON.stringify(text)}).getBoundingClientRect().top)`)

const scrollTo = ({ page }: Visitor, text: string) =>
  page.evaluate(`new Promise((resolve) => {
    document.querySelector('.thread-scroll').addEventListener('scroll', resolve, { once: true })
    const all = [...document.querySelectorAll('.message')]
    all.find((one) => one.querySelector('.message-text').innerText === ${JSON.stringify(text)}).scrollIntoView()
  })`)

t.test('who logs in after another sees nothing of what that one has seen', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const talk = talkIn(messenger)
  const direct = await talk.direct(annOf.token, bobOf.key)
  await messenger.signUp('eve')
  const ann = await enter(t, url, 'ann')
  await talk.say(direct, bobOf.token, { text: 'between us' })
  await goTo(ann.page, 'Frames')
  await ann.page.locator('.frame').getByText('between us').first().waitFor()
  await ann.page.getByRole('button', { name: 'Log out' }).click()
  await ann.page.getByLabel('Username').waitFor()
  t.notMatch(await ann.page.locator('body').textContent(), 'between us')
  await logIn(ann, 'eve')
  await goTo(ann.page, 'Frames')
  await ann.page.locator('.frame').first().waitFor()
  t.notMatch(await ann.page.locator('body').textContent(), 'between us')
  t.same(ann.complaints, [])
})

t.test('who hides is not seen any more', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  await talkIn(messenger).direct(annOf.token, bobOf.key)
  const [ann] = [await enter(t, url, 'ann'), await enter(t, url, 'bob')]
  const dot = entryOf(ann, /bob/).getByRole('img', { name: 'Online' })
  await dot.waitFor()
  const json = { item: { presence_visibility: 'nobody' } }
  await messenger.call(`PATCH /actions/user/${bobOf.key}`, { as: bobOf.token, json })
  await dot.waitFor({ state: 'detached' })
})

t.test('what becomes known above moves nothing of what is read', async (t) => {
  const { url, messenger, proxy } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const talk = talkIn(messenger)
  const direct = await talk.direct(annOf.token, bobOf.key)
  const uploads = uploaderAt(url, bobOf.token)
  for (let number = 1; number <= 90; number++) {
    const isPhoto = number % 8 === 0 && number < 40
    const files = isPhoto ? [(await uploads.upload(await photo(), { filename: 'a.jpg' })).id] : []
    await talk.say(direct, bobOf.token, { text: `line ${number}`, attachment_ids: files })
  }
  const ann = await enter(t, url, 'ann')
  await entryOf(ann, /bob/).click()
  await messenger.call('POST /actions/conversation-mark-read', {
    as: annOf.token,
    json: { conversation_id: direct, number: 90 },
  })
  await ann.sees('line 90')
  const released = Promise.withResolvers<undefined>()
  await ann.page.route('**/actions/attachment*', async (route) => {
    await released.promise
    await route.continue()
  })
  await scrollTo(ann, 'line 41')
  await ann.message('line 1').first().waitFor()
  await scrollTo(ann, 'line 30')
  const before = await topOf(ann, 'line 30')
  released.resolve(undefined)
  await until(ann.page, `document.querySelectorAll('.picture img').length === 4`)
  await until(
    ann.page,
    `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))`,
  )
  t.ok(Math.abs((await topOf(ann, 'line 30')) - before) <= 1, 'but for a part of a pixel')

  proxy.shut()
  await ann.page.getByText('Connection lost.').waitFor()
  await ann.write('written offline')
  await ann.page.locator('[data-state=sending]').waitFor()
  await scrollTo(ann, 'line 30')
  const place = await topOf(ann, 'line 30')
  proxy.open()
  await ann.page.evaluate(`dispatchEvent(new Event('online'))`)
  await ann.page.locator('[data-state=sending]').waitFor({ state: 'detached' })
  await ann.message('written offline').getByText('Sent').waitFor({ state: 'attached' })
  await ann.page.getByText('Connection lost.').waitFor({ state: 'detached' })
  const moved = Math.abs((await topOf(ann, 'line 30')) - place)
  t.ok(moved <= 1, 'that it is sent takes nobody to it')
})

t.test('a word is searched for, and may be sent, while it is composed', async (t) => {
  const { url, messenger } = await servePage(t)
  await Promise.all([messenger.signUp('ann'), messenger.signUp('bob')])
  const ann = await enter(t, url, 'ann')
  const { page } = ann
  const keyboard = await page.context().newCDPSession(page)
  // As the keyboards of phones do.
  const compose = (text: string) =>
    keyboard.send('Input.imeSetComposition', {
      text,
      selectionStart: text.length,
      selectionEnd: text.length,
    })
  await ann.composer.focus()
  await compose('Hell')
  await compose('Hello')
  await page.getByRole('button', { name: 'Send' }).click()
  await ann.message('Hello').getByText('Sent').waitFor()
  await goTo(page, 'People')
  await page.getByLabel('Search people by name').focus()
  await compose('bob')
  await page.locator('li.person').filter({ hasText: '@bob' }).waitFor()
  t.same(ann.complaints, [])
})

t.test('what waits to be sent is not thrown away unasked, nor refused unsaid', async (t) => {
  const { url, messenger, proxy } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const talk = talkIn(messenger)
  const direct = await talk.direct(annOf.token, bobOf.key)
  const ann = await enter(t, url, 'ann')
  const { page } = ann
  await entryOf(ann, /bob/).click()
  await page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
  proxy.shut()
  await page.getByText('Connection lost.').waitFor()
  await ann.write('too late')
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('dialog').getByText('it is lost').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await entryOf(ann, /Everyone/).click()
  await talk.act('person_block', bobOf.token, { user_id: annOf.key })
  proxy.open()
  await page.evaluate(`dispatchEvent(new Event('online'))`)
  await page.locator('.toast').getByText('Not sent.').waitFor()
  await entryOf(ann, /bob.*A message was not sent/).click()
  await ann.message('too late').getByRole('button', { name: 'Discard' }).click()
  await entryOf(ann, /bob(?!.*not sent)/).waitFor()

  proxy.shut()
  await page.getByText('Connection lost.').waitFor()
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByText('the server could not be told').waitFor()
  const { results } = await messenger.stores.store('message').search()
  t.same(
    results.filter(({ item }) => item.conversation_id === direct),
    [],
  )
  t.same(
    ann.complaints.filter((one) => !BROKEN.test(one) && !one.includes('403')),
    [],
  )
})

t.test('keys go on where something was that has gone', async (t) => {
  const { url, messenger } = await servePage(t)
  const { token } = await messenger.signUp('ann')
  await messenger.signUp('bob')
  for (const text of ['one', 'two', 'three']) await messenger.write(text, token)
  const ann = await enter(t, url, 'ann')
  const { page } = ann
  const isAt = (text: string) =>
    until(page, `document.activeElement.innerText.includes(${JSON.stringify(text)})`)
  await ann.message('two').focus()
  await ann.message('two').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await ann.message('two').waitFor({ state: 'detached' })
  await isAt('three')
  await page.keyboard.press('ArrowUp')
  await isAt('one')

  await goTo(page, 'People')
  await page.getByLabel('Search people by name').fill('bob')
  const found = page.locator('li.person').filter({ hasText: '@bob' }).first()
  await found.getByRole('button', { name: 'Add friend' }).press('Enter')
  await found.getByRole('button', { name: 'Withdraw request' }).waitFor()
  await until(page, `document.activeElement.closest('[data-user]') !== null`)
  t.same(ann.complaints, [])
})
