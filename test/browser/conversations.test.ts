/** Tries what people are to each other on the page: friends, dialogues and groups, each in a browser of its own. */
import t from 'tap'
import { enter, entryOf, goTo, servePage, type Visitor } from '../kit/messenger-page.ts'

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
  await bob.page.getByRole('navigation').getByText('1', { exact: true }).waitFor()
  await goTo(bob.page, 'People')
  await bob.page.getByText('ann wants to be your friend.').waitFor()
  await row(bob, 'ann').getByRole('button', { name: 'Refuse' }).click()
  await row(bob, 'ann').waitFor({ state: 'detached' })
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
  await ann.page.getByText('There is nobody of this name.').waitFor()
  await ann.page.getByLabel('Add somebody by username').fill('eve')
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
  const { url, messenger } = await servePage(t)
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
  for (let number = 1; number <= 90; number++) await write(`line ${number}`)
  const visitor = await enter(t, url, 'ann')
  const { page } = visitor
  await entryOf(visitor, /bob.*90 unread messages/).click()
  await visitor.sees('line 90')
  await page.getByRole('button', { name: 'Jump to the first unread message' }).click()
  await page.getByText('New messages').waitFor()
  await page.locator('.message:focus').getByText('line 1', { exact: true }).waitFor()

  await write('a purple kettle')
  await entryOf(visitor, /Everyone/).click()
  await page.getByLabel('Search chats, people and messages').fill('line 3')
  await page
    .getByRole('list', { name: 'Messages' })
    .getByRole('button', { name: 'bob line 3', exact: true })
    .click()
  await page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
  await page.locator('.message:focus').getByText('line 3', { exact: true }).waitFor()
  await page.getByLabel('Search chats, people and messages').fill('adm')
  await page
    .getByRole('list', { name: 'People' })
    .getByRole('button', { name: /@admin/ })
    .click()
  await page.getByRole('heading', { level: 1, name: 'admin' }).waitFor()
  t.same(visitor.complaints, [])
})
