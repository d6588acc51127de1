/** Ends the server while people write on its page, and starts it again: nothing is lost, nothing is there twice. */
import { Buffer } from 'node:buffer'
import t from 'tap'
import { buildPage } from '../../app/build-page.ts'
import { entryOf, signUp, visit, visitorOf, type Visitor } from '../kit/messenger-page.ts'
import { prepareHome, startMessenger, type MessengerProcess } from '../kit/messenger-process.ts'

// Browsers and servers start here, one after the other.
t.setTimeout(600_000)

const ENV = { RATE_LIMITS: 'off', LOG_LEVEL: 'silent' } as const
const PHONE = { width: 390, height: 844 } as const

async function makeGroup({ page }: Visitor, members: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'New group' }).click()
  await page.getByLabel('Name of the group').fill('Boat')
  await page.getByRole('dialog').getByRole('button', { name: 'New group' }).click()
  await page.getByRole('heading', { level: 1, name: 'Boat' }).waitFor()
  await page.getByRole('button', { name: 'About this chat' }).click()
  for (const name of members) {
    await page.getByLabel('Add somebody by username').fill(name)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('dialog').getByText(name, { exact: true }).waitFor()
  }
  await page.keyboard.press('Escape')
}

t.test('the server ends in the middle of a talk of three, and comes back', async (t) => {
  await buildPage()
  const home = await prepareHome(t)
  const first = await startMessenger(t, { ...home, ...ENV })
  const { url } = first
  const again = (): Promise<MessengerProcess> =>
    startMessenger(t, { ...home, ...ENV, PORT: new URL(url).port })
  const [ann, bob, eve] = await Promise.all([visit(t, url), visit(t, url), visit(t, url)])
  for (const [visitor, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
    [eve, 'eve'],
  ] as const) {
    await signUp(visitor, name)
  }
  await eve.page.setViewportSize(PHONE)
  await makeGroup(ann, ['bob', 'eve'])
  const tab = visitorOf({ ...bob, page: await bob.page.context().newPage() })
  await tab.page.goto(url)
  await eve.page.getByRole('button', { name: 'Back' }).click()
  for (const visitor of [bob, tab, eve]) await entryOf(visitor, /Boat/).click()
  await ann.write('all here?')
  const everybody = [ann, bob, tab, eve]
  for (const visitor of everybody) await visitor.sees('all here?')

  await first.end('SIGKILL')
  for (const visitor of everybody) await visitor.page.getByText('Connection lost.').waitFor()
  for (const [name, visitor] of Object.entries({ ann, bob, eve })) {
    await visitor.write(`${name} 1`)
    await visitor.write(`${name} 2`)
    await visitor.page.locator('[data-state=sending]').nth(1).waitFor()
  }
  await ann.page.locator('.composer input[type=file]').setInputFiles({
    name: 'chart.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(100_000, 1),
  })
  const second = await again()
  for (const visitor of everybody) {
    await visitor.page.getByText('Connection lost.').waitFor({ state: 'detached' })
    await visitor.page.locator('[data-state=sending]').first().waitFor({ state: 'detached' })
    await visitor.page.locator('.message').nth(6).waitFor()
  }
  const texts = await ann.texts()
  for (const visitor of everybody) t.same(await visitor.texts(), texts, 'all read the same')
  t.equal(texts[0], 'all here?')
  t.same(texts.slice(1).toSorted(), ['ann 1', 'ann 2', 'bob 1', 'bob 2', 'eve 1', 'eve 2'])
  for (const name of ['ann', 'bob', 'eve']) {
    const own = texts.filter((text) => text.startsWith(name))
    t.same(own, [`${name} 1`, `${name} 2`], 'each in the order in which it was written')
  }
  await ann.page.locator('.tray-file.ready').waitFor()
  await ann.write('our chart')
  await eve
    .message('our chart')
    .getByRole('link', { name: /chart\.bin/ })
    .waitFor()

  await second.end('SIGTERM')
  await again()
  await bob.page.reload()
  await bob.sees('our chart')
  await eve.write('good night')
  for (const visitor of everybody) await visitor.sees('good night')
  await Promise.all([bob.page.reload(), tab.page.reload()])
  for (const visitor of [bob, tab]) await visitor.sees('good night')
})
