/** Tries what people are to each other on the page: friends, dialogues and groups, each in a browser of its own. */
import type { Buffer } from 'node:buffer'
import type { Locator } from 'playwright-core'
import t from 'tap'
import { openPage } from '../kit/browser.ts'
import { photo } from '../kit/images.ts'
import { ADMIN_KEY } from '../kit/messenger.ts'
import {
  BROKEN,
  enter,
  entryOf,
  goTo,
  logIn,
  servePage,
  visit,
  visitorOf,
  type Visitor,
} from '../kit/messenger-page.ts'
import { uploaderAt } from '../kit/uploads.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

const row = ({ page }: Visitor, name: string) =>
  page.locator('li.person').filter({ hasText: `@${name}` })

t.test('two people become friends and talk; each sees what the other does', async (t) => {
  const { url, messenger } = await servePage(t)
  await Promise.all([messenger.signUp('ann'), messenger.signUp('bob')])
  const [ann, bob] = await Promise.all([enter(t, url, 'ann'), enter(t, url, 'bob')])

  await goTo(ann.page, 'People')
  await ann.page.getByLabel('Search people by name').fill('bob')
  await row(ann, 'bob').getByRole('button', { name: 'Add friend' }).click()
  await row(ann, 'bob').getByRole('button', { name: 'Withdraw request' }).first().waitFor()
  await bob.page.getByRole('navigation').getByLabel('1 unread notification').waitFor()
  await goTo(bob.page, 'People')
  await bob.page.getByText('ann wants to be your friend.').waitFor()
  await row(bob, 'ann').getByRole('button', { name: 'Refuse' }).click()
  await row(bob, 'ann').waitFor({ state: 'detached' })
  await bob.page.getByText('ann wants to be your friend.').waitFor({ state: 'detached' })
  await bob.page.getByLabel('Search people by name').fill('ann')
  await row(bob, 'ann').getByRole('button', { name: 'Add friend' }).click()
  await bob.page.getByRole('heading', { name: 'Friends' }).waitFor()
  await ann.page.getByText('bob is your friend now.').waitFor()
  await row(ann, 'bob').getByRole('img', { name: 'Online' }).first().waitFor()
  await ann.page.getByRole('button', { name: 'Mark all as read' }).click()
  await ann.page.getByText('bob is your friend now.').waitFor({ state: 'detached' })

  await row(ann, 'bob').getByRole('button', { name: 'Message' }).first().click()
  await ann.page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
  await ann.write('Hello Bob')
  await ann.message('Hello Bob').getByText('Sent').waitFor()
  await goTo(bob.page, 'Chats')
  await entryOf(bob, /ann.*1 unread message/).click()
  await bob.sees('Hello Bob')
  await ann.message('Hello Bob').getByText('Read by 1 person').waitFor()
  await bob.composer.pressSequentially('Hel')
  await ann.page.getByText('bob is writing…').waitFor()

  await bob.message('Hello Bob').hover()
  await bob.message('Hello Bob').getByRole('button', { name: 'React' }).click()
  await bob.page.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket')
  await bob.page.getByRole('button', { name: 'rocket', exact: true }).click()
  await ann.message('Hello Bob').getByRole('button', { name: '🚀, 1 person' }).click()
  await bob.message('Hello Bob').getByRole('button', { name: '🚀, 2 people' }).waitFor()
  await bob.message('Hello Bob').getByRole('button', { name: '🚀, 2 people' }).click()
  await ann.message('Hello Bob').getByRole('button', { name: '🚀, 1 person' }).waitFor()

  await bob.message('Hello Bob').hover()
  await bob.message('Hello Bob').getByRole('button', { name: 'Reply' }).click()
  await bob.write('Hello Ann')
  await ann.page.locator('.quote').getByText('Hello Bob').waitFor()
  await ann.page.locator('.message').first().hover()
  await ann.page.locator('.message').first().getByRole('button', { name: 'Delete' }).click()
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await bob.page.locator('.message').first().getByText('This message was deleted.').waitFor()
  await bob.page.locator('.quote').getByText('This message was deleted.').waitFor()

  await bob.page.close()
  await ann.page
    .getByRole('region', { name: 'bob' })
    .getByRole('img', { name: 'Online' })
    .waitFor({ state: 'detached' })
  await goTo(ann.page, 'People')
  await row(ann, 'bob').getByRole('button', { name: 'Remove friend' }).click()
  await row(ann, 'bob').waitFor({ state: 'detached' })
  t.same([...ann.complaints, ...bob.complaints], [])
})

t.test('who reads is not seen, and who writes only until it is sent', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const direct = await messenger.call('POST /actions/direct-conversation', {
    as: annOf.token,
    json: { user_id: bobOf.key },
  })
  const channel = `conversation:${direct.json<{ key: string }>().key}`
  const ann = await messenger.connect(annOf.token)
  await ann.ask({ type: 'Track', id: 1, payload: { channel } })
  const bob = await visit(t, url)
  const told: unknown[] = []
  const isEntered = Promise.withResolvers<undefined>()
  bob.page.on('websocket', (socket) => {
    const payloadOf = (text: string | Buffer) =>
      (JSON.parse(String(text)) as { readonly payload?: Readonly<Record<string, unknown>> }).payload
    socket.on('framesent', ({ payload }) => {
      const { channel: entered, meta } = payloadOf(payload) ?? {}
      if (entered === channel && meta !== undefined) told.push(meta)
    })
    socket.on('framereceived', ({ payload }) => {
      if (payloadOf(payload)?.['channel'] === channel) isEntered.resolve(undefined)
    })
  })
  await logIn(bob, 'bob')
  await entryOf(bob, /ann/).click()
  await isEntered.promise
  await bob.composer.pressSequentially('Hel')
  const writing = { subject: bobOf.key, meta: { typing: true } }
  t.match(await ann.next(), { payload: { joins: [writing], leaves: [] } })
  await bob.composer.press('Enter')
  t.match(await ann.next(), { payload: { joins: [], leaves: [writing] } })
  t.same(told, [null, { typing: true }, null])
  await bob.composer.pressSequentially('lo')
  t.match(await ann.next(), { payload: { joins: [writing], leaves: [] } }, 'at once again')
  t.match(await ann.next(), { payload: { joins: [], leaves: [writing] } }, 'and ends by itself')
  t.same(told, [null, { typing: true }, null, { typing: true }])
})

t.test('who may write again is seen writing again', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const act = (name: string) =>
    messenger.call(`POST /actions/${name}`, { as: annOf.token, json: { user_id: bobOf.key } })
  await act('direct-conversation')
  const [ann, bob] = await Promise.all([enter(t, url, 'ann'), enter(t, url, 'bob')])
  await entryOf(ann, /bob/).click()
  await entryOf(bob, /ann/).click()
  const isWriting = ann.page.getByText('bob is writing…')
  await bob.composer.pressSequentially('Hel')
  await isWriting.waitFor()
  await act('person-block')
  await bob.page.getByText('You can’t write here.').waitFor()
  await isWriting.waitFor({ state: 'detached' })
  await act('person-unblock')
  await bob.composer.pressSequentially('lo')
  await isWriting.waitFor()
  t.same([...ann.complaints, ...bob.complaints], [])
})

t.test('three people in a group: made, joined, renamed, muted, left', async (t) => {
  const { url, messenger } = await servePage(t)
  for (const name of ['ann', 'bob', 'eve']) await messenger.signUp(name)
  const [ann, bob, eve] = await Promise.all([
    enter(t, url, 'ann'),
    enter(t, url, 'bob'),
    enter(t, url, 'eve'),
  ])
  await ann.page.getByRole('button', { name: 'New group' }).click()
  await ann.page.getByLabel('Name of the group').fill('Garden')
  await ann.page.getByRole('dialog').getByRole('button', { name: 'New group' }).click()
  await ann.page.getByRole('heading', { level: 1, name: 'Garden' }).waitFor()
  await ann.write('before you came')
  await ann.page.getByRole('button', { name: 'About this chat' }).click()
  const link = await ann.page.getByLabel('Invitation link').inputValue()
  t.ok(link.startsWith(`${url}/join/`), link)
  await ann.page.getByLabel('Add somebody by username').fill('nobody-here')
  await ann.page.getByRole('button', { name: 'Add', exact: true }).click()
  const told = ann.page.getByRole('dialog').locator('.toast')
  await told.getByText('There is nobody of this name.').waitFor()
  await told.getByRole('button', { name: 'Close' }).click()
  await told.waitFor({ state: 'detached' })
  await ann.page.getByLabel('Add somebody by username').fill('@Eve')
  await ann.page.getByRole('button', { name: 'Add', exact: true }).click()
  await ann.page.getByRole('dialog').getByText('eve', { exact: true }).waitFor()
  await bob.page.goto(link)
  await bob.page.getByRole('heading', { level: 1, name: 'Garden' }).waitFor()
  await bob.sees('before you came')
  await ann.page.getByRole('dialog').getByText('bob', { exact: true }).waitFor()
  await ann.page.getByLabel('Name of the group').fill('Lamps')
  await ann.page.getByRole('button', { name: 'Rename' }).click()
  await bob.page.getByRole('heading', { level: 1, name: 'Lamps' }).waitFor()
  await bob.page.getByText('3 members').waitFor()
  await ann.page.keyboard.press('Escape')

  await bob.write('from bob')
  await ann.sees('from bob')
  await entryOf(eve, /Lamps.*bob: from bob.*1 unread message/).click()
  await eve.sees('from bob')
  await bob.message('from bob').getByText('Read by 2 people').waitFor()
  await Promise.all([ann.write('one'), bob.write('two'), eve.write('three')])
  for (const one of [ann, bob, eve]) await one.page.locator('.message').nth(4).waitFor()
  for (const one of [ann, bob, eve]) {
    await one.page.locator('[data-state=sending]').waitFor({ state: 'detached' })
  }
  t.same(await ann.texts(), await bob.texts(), 'all read the same')
  t.same(await ann.texts(), await eve.texts())
  t.same((await ann.texts()).toSorted(), ['before you came', 'from bob', 'one', 'three', 'two'])

  await eve.page.getByRole('button', { name: 'About this chat' }).click()
  await eve.page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click()
  await eve.page.keyboard.press('Escape')
  await entryOf(eve, /Everyone/).click()
  await bob.write('hush')
  await entryOf(eve, /Lamps.*hush.*Muted.*1 unread message/).waitFor()
  t.notMatch(await eve.page.title(), /^\(/, 'what is muted is not counted')
  await entryOf(eve, /Lamps/).click()
  await eve.page.getByRole('button', { name: 'About this chat' }).click()
  await eve.page.getByRole('button', { name: 'Leave the group' }).click()
  await eve.page.getByRole('dialog').last().getByRole('button', { name: 'Leave' }).click()
  await entryOf(eve, /Lamps/).waitFor({ state: 'detached' })
  await ann.page.getByText('2 members').waitFor()
  await ann.page.getByRole('button', { name: 'About this chat' }).click()
  await ann.page.getByRole('button', { name: 'Remove bob from the group' }).click()
  await bob.page.getByText('you are no member of it').waitFor()
  await entryOf(bob, /Lamps/).waitFor({ state: 'detached' })
  await bob.page.goto(link)
  await bob.page.getByText('This invitation is not good any more.').waitFor()
  t.same(
    [...ann.complaints, ...eve.complaints].filter((one) => !/status of 400/.test(one)),
    [],
  )
})

t.test('what is unread is found, and what is searched for is shown', async (t) => {
  const { url, messenger, proxy } = await servePage(t)
  const [ann, bob] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const direct = await messenger.call('POST /actions/direct-conversation', {
    as: bob.token,
    json: { user_id: ann.key },
  })
  const conversation_id = direct.json<{ key: string }>().key
  const write = async (text: string) =>
    messenger.call('POST /actions/message', {
      as: bob.token,
      json: { item: { text, conversation_id } },
    })
  const group = await messenger.call('POST /actions/conversation', {
    as: ann.token,
    json: { item: { title: 'Garden' } },
  })
  const item = { text: 'A lamp', conversation_id: group.json<{ key: string }>().key }
  await messenger.call('POST /actions/message', { as: ann.token, json: { item } })
  await messenger.write('to all', ann.token)
  for (let number = 1; number <= 90; number++) await write(`line ${number}`)
  const visitor = await enter(t, url, 'ann')
  const { page } = visitor
  await entryOf(visitor, /Garden.*You: A lamp/).waitFor()
  await entryOf(visitor, /Everyone.*You: to all/).waitFor()
  await entryOf(visitor, /bob.*90 unread messages/).click()
  await visitor.sees('line 90')
  await page.getByRole('button', { name: 'Jump to the first unread message' }).click()
  await page.getByText('New messages').waitFor()
  await page.locator('.message:focus').getByText('line 1', { exact: true }).waitFor()

  for (let number = 1; number <= 30; number++) await write(`verse ${number}`)
  await entryOf(visitor, /Everyone/).click()
  await entryOf(visitor, /bob.*30 unread messages/).click()
  await page.getByText('New messages').waitFor()
  await write('verse 31')
  await entryOf(visitor, /bob.*31 unread messages/).waitFor()
  await page.getByRole('button', { name: 'To the newest message' }).click()
  await entryOf(visitor, /bob(?!.*unread)/).waitFor()

  await write('a purple kettle')
  await entryOf(visitor, /Everyone/).click()
  await page.getByLabel('Search chats, people and messages').fill('line 3')
  const found = page
    .getByRole('list', { name: 'Messages' })
    .getByRole('button', { name: 'bob line 3', exact: true })
  await found.click()
  await page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
  const shown = page.locator('.message:focus').getByText('line 3', { exact: true })
  await shown.waitFor()
  await found.click()
  await shown.waitFor()
  await page.getByLabel('Search chats, people and messages').fill('adm')
  await page
    .getByRole('list', { name: 'People' })
    .getByRole('button', { name: /@admin/ })
    .click()
  await page.getByRole('heading', { level: 1, name: 'admin' }).waitFor()

  proxy.shut()
  await page.getByText('Connection lost.').waitFor()
  await page.getByLabel('Search chats, people and messages').fill('garden')
  await page.getByRole('status').getByText('The server can’t be reached.').waitFor()
  await entryOf(visitor, /Garden/).click()
  await page.getByRole('heading', { level: 1, name: 'Garden' }).waitFor()
  proxy.open()
  await visitor.sees('A lamp')
  t.same(
    visitor.complaints.filter((one) => !BROKEN.test(one)),
    [],
  )
})

t.test('however much is said to everybody, what is unread is counted', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bob] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const json = { item: { title: 'Garden' } }
  await messenger.call('POST /actions/conversation', { as: annOf.token, json })
  const ann = await enter(t, url, 'ann')
  await entryOf(ann, /Garden/).click()
  await ann.page.getByRole('heading', { level: 1, name: 'Garden' }).waitFor()
  const say = async (who: string, count: number) => {
    for (let number = 1; number <= count; number += 1) await messenger.write(`line ${number}`, who)
  }
  await say(bob.token, 75)
  await entryOf(ann, /Everyone.*75 unread messages/).waitFor()
  await say(annOf.token, 2)
  await say(bob.token, 70)
  await entryOf(ann, /Everyone.*145 unread messages/).waitFor()
  await ann.page.reload()
  await entryOf(ann, /Everyone.*145 unread messages/).waitFor()
  await entryOf(ann, /Everyone/).click()
  await ann.page.getByRole('button', { name: 'Jump to the first unread message' }).click()
  await ann.page.locator('.message:focus').getByText('line 1', { exact: true }).waitFor()
  await ann.page.getByRole('button', { name: 'To the newest message' }).click()
  await entryOf(ann, /Everyone(?!.*unread)/).waitFor()
  await entryOf(ann, /Garden/).click()
  await say(bob.token, 1)
  await entryOf(ann, /Everyone.*1 unread message/).waitFor()
  t.same(ann.complaints, [])
})

/** The subscriptions to a channel that a page has now, by their ids; to be called before it connects. */
function subscriptionsOf({ page }: Visitor, channel: string): ReadonlySet<unknown> {
  const open = new Set<unknown>()
  page.on('websocket', (socket) => {
    open.clear()
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(String(payload)) as Readonly<Record<string, unknown>>
      const { channel: asked } = (frame['payload'] ?? {}) as { readonly channel?: string }
      if (frame['type'] === 'Subscribe' && asked === channel) open.add(frame['id'])
      if (frame['type'] === 'Unsubscribe') open.delete(frame['id'])
    })
  })
  return open
}

t.test('a name or a picture that somebody changes is new on the pages of others', async (t) => {
  const { url, messenger, proxy } = await servePage(t)
  const annOf = await messenger.signUp('ann')
  const bobOf = await messenger.signUp('bob', { full_name: 'Bob Example' })
  const call = (action: string, as: string, json: object) =>
    messenger.call(`POST /actions/${action}`, { as, json })
  const make = async (name: string, as: string, item: object): Promise<string> =>
    (await call(name, as, { item })).json<{ key: string }>().key
  const change = (item: object) =>
    messenger.call(`PATCH /actions/user/${bobOf.key}`, { as: bobOf.token, json: { item } })
  await call('friend-request', annOf.token, { user_id: bobOf.key })
  await call('friend-accept', bobOf.token, { user_id: annOf.key })
  await call('direct-conversation', bobOf.token, { user_id: annOf.key })
  const conversation_id = await make('conversation', annOf.token, { title: 'Garden' })
  await call('conversation-invite', annOf.token, { conversation_id, username: 'bob' })
  const reply_to_id = await make('message', bobOf.token, { conversation_id, text: 'A lamp' })
  await make('message', annOf.token, { conversation_id, text: 'Which one?', reply_to_id })
  await make('message', bobOf.token, { conversation_id, text: 'Mine' })

  const ann = await visit(t, url)
  const { page } = ann
  const watched = subscriptionsOf(ann, 'user')
  await logIn(ann, 'ann')
  await goTo(page, 'People')
  await row(ann, 'bob').getByText('Bob Example').waitFor()
  await change({ full_name: 'Bob Sample' })
  await row(ann, 'bob').getByText('Bob Sample').waitFor()
  await goTo(page, 'Chats')
  await entryOf(ann, /Garden/).click()
  await ann.sees('Mine')
  await page.getByRole('button', { name: 'About this chat' }).click()
  const places = [
    entryOf(ann, /^(?!.*Garden).*(Example|Sample|bob)/).locator('strong'),
    entryOf(ann, /Garden/).locator('.entry-last'),
    ann.message('A lamp').locator('.bubble-author').first(),
    page.locator('.quote strong'),
    page.getByRole('dialog').locator('.person-name').nth(1),
  ]
  const isCalled = async (name: string): Promise<void> => {
    for (const place of places) await place.filter({ hasText: name }).waitFor()
  }
  await isCalled('Bob Sample')
  await change({ full_name: 'Robert Example' })
  await isCalled('Robert Example')

  for (const name of ['eve', 'tim', 'kim']) {
    const { token } = await messenger.signUp(name)
    await messenger.write(`Hello, ${name} is new`, token)
    await entryOf(ann, /Everyone/)
      .getByText(`${name}: Hello`)
      .waitFor()
  }
  await change({ full_name: 'Rob Example' })
  await isCalled('Rob Example')
  await page.locator('.run .avatar').first().getByText('RE', { exact: true }).waitFor()
  const { id } = await uploaderAt(url, bobOf.token).upload(await photo(), { purpose: 'avatar' })
  await change({ avatar_id: id })
  await page.locator(`.run .avatar img[src*="${id}"]`).first().waitFor()
  await page.getByRole('dialog').locator(`.avatar img[src*="${id}"]`).waitFor()
  t.equal(watched.size, 2, 'one subscription for oneself, and one for all others')

  proxy.shut()
  await page.getByText('Connection lost.').waitFor()
  await change({ full_name: 'Bert Example' })
  proxy.open()
  await isCalled('Bert Example')
  await page.getByText('Connection lost.').waitFor({ state: 'detached' })

  await change({ full_name_visibility: 'friends', avatar_visibility: 'nobody' })
  await page.locator('.run .avatar img').first().waitFor({ state: 'detached' })
  await isCalled('Bert Example')
  await call('friend-remove', bobOf.token, { user_id: annOf.key })
  await isCalled('bob')
  await change({ full_name_visibility: 'everyone' })
  await isCalled('Bert Example')
  await call('person-block', bobOf.token, { user_id: annOf.key })
  await isCalled('bob')
  t.same(
    ann.complaints.filter((one) => !BROKEN.test(one)),
    [],
  )
})

/** Holds the answers to requests for later pages of a search until they are let go. */
async function holdPages({ page }: Visitor, action: string) {
  const [asked, isLetGo] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const held: string[] = []
  await page.route(
    (url) => url.pathname === `/actions/${action}-search` && url.searchParams.has('page_key'),
    async (route) => {
      held.push(route.request().url())
      asked.resolve(undefined)
      await isLetGo.promise
      await route.continue()
    },
  )
  return { held, asked: asked.promise, letGo: () => isLetGo.resolve(undefined) }
}

t.test('a jump is asked for twice, left, and asked for while older messages come', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const make = async (name: string, item: object): Promise<string> => {
    const sent = { as: bobOf.token, json: { item } }
    return (await messenger.call(`POST /actions/${name}`, sent)).json<{ key: string }>().key
  }
  for (const title of ['Garden', 'Lamps']) {
    const conversation_id = await make('conversation', { title })
    const json = { conversation_id, username: 'ann' }
    await messenger.call('POST /actions/conversation-invite', { as: bobOf.token, json })
    for (let number = 1; number <= 120; number++) {
      await make('message', { conversation_id, text: `line ${number}` })
    }
  }
  await messenger.write('to all', annOf.token)
  const ann = await enter(t, url, 'ann')
  const toUnread = ann.page.getByRole('button', { name: 'Jump to the first unread message' })
  const { asked, letGo } = await holdPages(ann, 'message')
  await entryOf(ann, /Lamps.*120 unread messages/).click()
  await toUnread.click()
  await asked
  await entryOf(ann, /Everyone/).click()
  await ann.page.getByRole('heading', { level: 1, name: 'Everyone' }).waitFor()
  letGo()
  await ann.write('still here')
  await ann.message('still here').getByText('Sent').waitFor()

  await entryOf(ann, /Garden.*120 unread messages/).click()
  await toUnread.dblclick()
  await ann.page.locator('.message:focus').getByText('line 1', { exact: true }).waitFor()
  await ann.page.getByText('New messages').waitFor()
  t.equal((await ann.texts()).length, 120)
  t.same(ann.complaints, [])
})

t.test('who comes back into a conversation sees what is new in it', async (t) => {
  const { url, messenger } = await servePage(t)
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  const json = { user_id: annOf.key }
  const direct = await messenger.call('POST /actions/direct-conversation', {
    as: bobOf.token,
    json,
  })
  const conversation_id = direct.json<{ key: string }>().key
  const tell = (text: string) =>
    messenger.call('POST /actions/message', {
      as: bobOf.token,
      json: { item: { text, conversation_id } },
    })
  const ann = await enter(t, url, 'ann')
  const divided = ann.page.locator('.divider + .message')
  for (const [entry, say] of [
    [/bob/, tell],
    [/Everyone/, (text: string) => messenger.write(text, bobOf.token)],
  ] as const) {
    await say('before')
    await entryOf(ann, entry).click()
    await ann.sees('before')
    await entryOf(ann, new RegExp(`${entry.source}(?!.*unread)`)).waitFor()
    const place = ann.page.url()
    await ann.page.goto('about:blank')
    for (const text of ['one', 'two', 'three']) await say(text)
    await ann.page.goto(place)
    await divided.getByText('one', { exact: true }).waitFor()
    await entryOf(ann, new RegExp(`${entry.source}(?!.*unread)`)).waitFor()
  }
  t.same(ann.complaints, [])
})

t.test('however much is felt, the newest reactions show', async (t) => {
  const { url, messenger } = await servePage(t)
  const { key: user_id, token } = await messenger.signUp('ann')
  const message_id = await messenger.write('look', token)
  const reactions = messenger.stores.store('message_reaction')
  for (let number = 1; number <= 1000; number++) {
    await reactions.create({ message_id, user_id, emoji: `:${number}:` })
  }
  const ann = await enter(t, url, 'ann')
  await ann.message('look').getByRole('button', { name: ':1000:, 1 person' }).waitFor()
  const json = { item: { message_id, emoji: '🚀' } }
  await messenger.call('POST /actions/message-reaction', { as: token, json })
  await ann.message('look').getByRole('button', { name: '🚀, 1 person' }).waitFor()
  t.same(ann.complaints, [])
})

t.test('however much comes at once, all of it is there', async (t) => {
  const { url, messenger, proxy } = await servePage(t)
  const { key: author_id, token } = await messenger.signUp('bob')
  for (let number = 1; number <= 60; number++) await messenger.write(`line ${number}`, token)
  await messenger.signUp('ann')
  const ann = await enter(t, url, 'ann')
  await ann.sees('line 60')
  proxy.shut()
  await ann.page.getByText('Connection lost.').waitFor()
  const crowd = messenger.stores.store('message')
  for (let number = 1; number <= 1000; number++) {
    await crowd.create({ text: `verse ${number}`, author_id })
  }
  proxy.open()
  // While so much was written, the pause between two attempts may have grown to half a minute.
  await ann.page.evaluate(`dispatchEvent(new Event('online'))`)
  // Those of one millisecond stand in any order.
  await ann.message('verse 1000').waitFor()
  await messenger.write('the end', token)
  await ann.sees('the end')
  // Of more than are kept at once the list begins anew: no hole is left beneath the newest.
  await ann.page.locator('.message').nth(500).waitFor({ state: 'detached' })
  await ann.page.getByLabel('Search chats, people and messages').fill('verse 880')
  await ann.page
    .getByRole('list', { name: 'Messages' })
    .getByRole('button', { name: 'bob verse 880', exact: true })
    .click()
  await ann.page.locator('.message:focus').getByText('verse 880', { exact: true }).waitFor()
  const shown = new Set(await ann.texts())
  const verses = Array.from({ length: 121 }, (_, at) => `verse ${880 + at}`)
  t.same(
    [...verses, 'the end'].filter((text) => !shown.has(text)),
    [],
  )
  t.same(
    ann.complaints.filter((one) => !BROKEN.test(one)),
    [],
  )
})

t.test('a conversation that one has just made is there before it is in the list', async (t) => {
  const { url, messenger } = await servePage(t)
  await Promise.all([messenger.signUp('ann'), messenger.signUp('bob')])
  const ann = visitorOf(await openPage(t))
  const held: (() => void)[] = []
  let isHeld = false
  await ann.page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((frame) => {
      if (isHeld) held.push(() => socket.send(frame))
      else socket.send(frame)
    })
  })
  await ann.page.goto(url)
  await logIn(ann, 'ann')
  await goTo(ann.page, 'People')
  await ann.page.getByLabel('Search people by name').fill('bob')
  await row(ann, 'bob').getByRole('button', { name: 'Message' }).waitFor()
  isHeld = true
  const isFound = ann.page.waitForResponse(/actions\/conversation\/[^/]+$/)
  await row(ann, 'bob').getByRole('button', { name: 'Message' }).click()
  await ann.write('Hello Bob')
  await isFound
  await ann.message('Hello Bob').waitFor()
  isHeld = false
  for (const send of held) send()
  await ann.page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
  await ann.page.goto(`${url}/c/${crypto.randomUUID()}`)
  await ann.page.getByText('This chat is not there').waitFor()
})

t.test('more files, or more users, are read once however often one clicks', async (t) => {
  const { url, messenger } = await servePage(t)
  const { access_token: as } = await messenger.login('admin')
  const made = await messenger.call('POST /actions/conversation', {
    as,
    json: { item: { title: 'Garden' } },
  })
  const conversation_id = made.json<{ key: string }>().key
  const file = { owner_id: ADMIN_KEY, conversation_id, purpose: 'message', state: 'ready' } as const
  const kept = { kind: 'file', media_type: 'text/plain', byte_count: 1 } as const
  const { stores } = messenger
  for (let number = 1; number <= 70; number++) {
    await stores.store('attachment').create({ ...file, ...kept, name: `words${number}.txt` })
    await stores.store('user').create({ username: `somebody${number}`, password_digest: 'x' })
  }
  const admin = await visit(t, url)
  const { page } = admin
  await logIn(admin, 'admin', 'Password123!')
  const more = page.getByRole('button', { name: 'Load more' })
  const readMore = async (action: string, shown: Locator): Promise<void> => {
    const { held, asked, letGo } = await holdPages(admin, action)
    await more.dblclick()
    await asked
    t.ok(await more.isDisabled())
    letGo()
    await shown.waitFor()
    await more.waitFor({ state: 'detached' })
    t.equal(held.length, 1, action)
  }
  await entryOf(admin, /Garden/).click()
  await page.getByRole('button', { name: 'About this chat' }).click()
  await page.getByRole('button', { name: 'Photos and files' }).click()
  await readMore('attachment', page.getByRole('link', { name: 'words1.txt' }))
  t.equal(await page.getByRole('link', { name: /words/ }).count(), 70)
  await goTo(page, 'Admin')
  await readMore('user', page.getByRole('row', { name: 'somebody9', exact: false }).first())
  t.equal(await page.getByRole('row', { name: /@somebody/ }).count(), 70)
  t.same(admin.complaints, [])
})
