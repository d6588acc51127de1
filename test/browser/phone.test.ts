/** Tries the messenger on a phone: by touch alone, with somebody at a computer. */
import { Buffer } from 'node:buffer'
import t from 'tap'
import { photo } from '../kit/images.ts'
import {
  enter,
  entryOf,
  logIn,
  servePage,
  until,
  visit,
  type Visitor,
} from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

const place = ({ page }: Visitor, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name })
const row = ({ page }: Visitor, name: string) =>
  page.locator('li.person').filter({ hasText: `@${name}` })

/** Taps a tool of a message, which a tap on the message has shown. */
async function tapTool(visitor: Visitor, said: string, tool: string): Promise<void> {
  const message = visitor.message(said)
  await message.getByText(said, { exact: true }).tap()
  await message.getByRole('button', { name: tool }).tap()
}

t.test(
  'a phone and a computer: friends, a talk, a picture, and both sides of the list',
  async (t) => {
    const { url, messenger } = await servePage(t)
    const [{ token: as }] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
    const ann = await visit(t, url, 'phone')
    await logInOnPhone(ann, 'ann')
    const bob = await enter(t, url, 'bob')

    await place(ann, 'People').tap()
    await ann.page.getByLabel('Search people by name').fill('bob')
    await row(ann, 'bob').getByRole('button', { name: 'Add friend' }).tap()
    await row(ann, 'bob').getByRole('button', { name: 'Withdraw request' }).first().tap()
    await row(ann, 'bob').getByRole('button', { name: 'Add friend' }).first().tap()
    await place(bob, 'People').click()
    await row(bob, 'ann').getByRole('button', { name: 'Accept' }).click()
    await row(ann, 'bob').getByRole('button', { name: 'Remove friend' }).first().waitFor()

    await row(ann, 'bob').getByRole('button', { name: 'Message' }).first().tap()
    await ann.page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
    await ann.composer.pressSequentially('Hello')
    await ann.composer.press('Enter')
    await ann.composer.pressSequentially('Bob')
    t.equal(await ann.composer.inputValue(), 'Hello\nBob', 'Enter is a new line')
    await ann.page.getByRole('button', { name: 'Send' }).tap()
    await place(bob, 'Chats').click()
    await entryOf(bob, /ann.*1 unread message/).click()
    await bob.message('Hello').waitFor()
    await bob.write('Hi Ann')
    await ann.sees('Hi Ann')

    await tapTool(ann, 'Hi Ann', 'React')
    await ann.page.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket')
    await ann.page.getByRole('button', { name: 'rocket', exact: true }).tap()
    await bob.message('Hi Ann').getByRole('button', { name: '🚀, 1 person' }).waitFor()
    await tapTool(ann, 'Hi Ann', 'Reply')
    await ann.composer.fill('See you')
    await ann.page.getByRole('button', { name: 'Send' }).tap()
    await bob.page.locator('.quote').getByText('Hi Ann').waitFor()

    await ann.page
      .locator('.composer input[type=file]')
      .setInputFiles([
        { name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await photo()) },
      ])
    await ann.page.locator('.tray-file.ready').waitFor()
    await ann.composer.fill('the lamp')
    await ann.page.getByRole('button', { name: 'Send' }).tap()
    await bob.message('the lamp').locator('.picture img').waitFor()
    await ann.message('the lamp').getByRole('button', { name: 'Open lamp.jpg' }).tap()
    const viewer = ann.page.getByRole('dialog')
    await viewer.getByRole('img', { name: 'lamp.jpg' }).waitFor()
    await viewer.getByRole('button', { name: 'Close' }).tap()
    await viewer.waitFor({ state: 'detached' })

    await ann.page.getByRole('button', { name: 'Back', exact: true }).tap()
    const isFirst = (title: string) =>
      `document.querySelector('.entry strong')?.textContent === '${title}'`
    await messenger.call('POST /actions/conversation', { as, json: { item: { title: 'Garden' } } })
    await until(ann.page, isFirst('Garden'))
    await bob.write('one more')
    await until(ann.page, isFirst('bob'))
    await entryOf(ann, /bob.*1 unread message/).tap()
    await ann.sees('one more')
    await until(
      ann.page,
      'document.documentElement.scrollWidth <= document.documentElement.clientWidth',
    )
    t.same([...ann.complaints, ...bob.complaints], [])
  },
)

/** There the list comes first. */
async function logInOnPhone(visitor: Visitor, username: string): Promise<void> {
  await Promise.race([logIn(visitor, username), entryOf(visitor, /Everyone/).waitFor()])
}
