/** Tries the messenger's page as people use it: several at once, each in a browser of its own. */
import t from 'tap'
import {
  BROKEN,
  enter,
  goTo,
  logIn,
  servePage,
  signUp,
  visit,
  visitorOf,
  type Visitor,
  until,
} from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

t.test('two people sign up and talk; what one changes the other sees', async (t) => {
  const { url } = await servePage(t)
  const [ann, bob] = await Promise.all([visit(t, url), visit(t, url)])
  await Promise.all([signUp(ann, 'ann'), signUp(bob, 'bob')])
  await ann.page.getByRole('heading', { level: 1, name: 'Everyone' }).waitFor()

  await ann.write('Hello @bob, see https://a.example/x_(y).')
  await bob.sees('Hello @bob, see https://a.example/x_(y).')
  const link = bob.page.locator('.message').last().getByRole('link')
  t.equal(await link.getAttribute('href'), 'https://a.example/x_(y)')
  t.match(await link.getAttribute('rel'), /noopener noreferrer/)
  t.equal(await bob.page.locator('mark.me').innerText(), '@bob')
  await ann.page.locator('.message').last().locator('.mark').getByText('Sent').waitFor()

  await bob.write('<img src=x onerror=alert(1)> javascript:alert(1)')
  await ann.sees('<img src=x onerror=alert(1)> javascript:alert(1)')
  t.equal(await ann.page.locator('.message-text img, .message-text a[href^=javascript]').count(), 0)

  await ann.composer.press('ArrowUp')
  await ann.write('Hello Bob')
  const edited = bob.page.locator('.message').filter({ hasText: 'Hello Bob' })
  await edited.getByText('edited').waitFor()
  t.same((await bob.texts()).slice(-2), [
    'Hello Bob',
    '<img src=x onerror=alert(1)> javascript:alert(1)',
  ])

  const own = ann.page.locator('.message').filter({ hasText: 'Hello Bob' })
  await own.hover()
  await own.getByRole('button', { name: 'Delete' }).click()
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await edited.waitFor({ state: 'detached' })

  await goTo(bob.page, 'Settings')
  await ann.write('one more')
  await bob.page.getByRole('navigation').getByText('1', { exact: true }).waitFor()
  t.match(await bob.page.title(), /^\(1\) /)
  await goTo(bob.page, 'Chats')
  await bob.sees('one more')
  await until(bob.page, '!document.title.startsWith("(")')
  t.same([...ann.complaints, ...bob.complaints], [])
})

t.test(
  'a login survives a reload and a second tab, and no script can read its tokens',
  async (t) => {
    const { url, messenger } = await servePage(t)
    await messenger.signUp('ann')
    const ann = await visit(t, url)
    await logIn(ann, 'ann')
    const refreshed: (string | null)[] = []
    ann.page.context().on('request', (request) => {
      if (request.url().endsWith('/actions/refresh')) refreshed.push(request.postData())
    })
    await ann.page.reload()
    await ann.composer.waitFor()
    const other = visitorOf({ ...ann, page: await ann.page.context().newPage() })
    await other.page.goto(url)
    await other.composer.waitFor()
    await Promise.all([ann.page.reload(), other.page.reload()])
    await Promise.all([ann.composer.waitFor(), other.composer.waitFor()])
    t.same([...new Set(refreshed)], ['{}'])
    const readable = await ann.page.evaluate(
      '[document.cookie, ...Object.values(localStorage), ...Object.values(sessionStorage)].join()',
    )
    t.notMatch(readable, /eyJ|[A-Za-z0-9_-]{43}/, 'neither an access token nor a refresh token')
    const cookies = await ann.page.context().cookies(`${url}/actions/refresh`)
    t.same(
      cookies.map(({ name, httpOnly, sameSite, path }) => [name, httpOnly, sameSite, path]),
      [
        ['holdfast_refresh', true, 'Strict', '/actions/refresh'],
        ['holdfast_access', true, 'Strict', '/actions/refresh'],
      ],
    )
    t.same(await ann.page.context().cookies(url), [], 'other requests bring none')

    await goTo(ann.page, 'Log out')
    await other.page.getByLabel('Username').waitFor()
    await ann.page.getByLabel('Username').waitFor()
    t.same(await ann.page.context().cookies(`${url}/actions/refresh`), [])
    await ann.page.reload()
    await ann.page.getByLabel('Username').waitFor()
    await logIn(other, 'ann')
    await ann.composer.waitFor()
    t.same(ann.complaints, [])
  },
)

/** Whether the browser would ask if the page were closed now. */
const ASKS_BEFORE_LEAVING = `!dispatchEvent(new Event('beforeunload', { cancelable: true }))`

t.test(
  'while the line is cut messages wait, and afterwards each is there once, in order',
  async (t) => {
    const { url, messenger, proxy } = await servePage(t)
    const bob = await messenger.signUp('bob')
    await messenger.signUp('ann')
    const ann = await visit(t, url)
    await logIn(ann, 'ann')
    await ann.write('before')
    await ann.page.locator('.message').last().locator('.mark').getByText('Sent').waitFor()
    proxy.shut()
    await ann.page.getByText('Connection lost.').waitFor()
    await ann.write('waits 1')
    await ann.write('waits 2')
    await ann.page.locator('[data-state=sending]').nth(1).waitFor()
    t.equal(await ann.page.evaluate(ASKS_BEFORE_LEAVING), true, 'they would be lost with the page')
    await messenger.write('from bob 1', bob.token)
    await messenger.write('from bob 2', bob.token)
    proxy.open()
    await ann.page.getByText('Connection lost.').waitFor({ state: 'detached' })
    await ann.page.locator('.message').getByText('from bob 2').waitFor()
    await ann.page.locator('[data-state=sending]').first().waitFor({ state: 'detached' })
    t.equal(await ann.page.evaluate(ASKS_BEFORE_LEAVING), false)
    t.same((await ann.texts()).slice(-5), [
      'before',
      'from bob 1',
      'from bob 2',
      'waits 1',
      'waits 2',
    ])
    t.same(
      ann.complaints.filter((one) => !BROKEN.test(one)),
      [],
    )
  },
)

t.test('what is done while the line is cut is told to have failed, and not lost', async (t) => {
  const { url, messenger, proxy } = await servePage(t)
  const { token } = await messenger.signUp('ann')
  await messenger.write('old wrds', token)
  await messenger.write('stays', token)
  const ann = await enter(t, url, 'ann')
  const { page } = ann
  const away = page.locator('.toast').getByText('The server can’t be reached.')
  await ann.message('old wrds').hover()
  await ann.message('old wrds').getByRole('button', { name: 'Edit' }).click()
  proxy.shut()
  await ann.write('old words')
  await away.waitFor()
  t.equal(await ann.composer.inputValue(), 'old words', 'it waits to be sent again')
  await ann.message('stays').hover()
  await ann.message('stays').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await away.nth(1).waitFor()
  proxy.open()
  await ann.composer.press('Enter')
  await ann.message('old words').getByText('edited').waitFor()
  await page.getByText('Editing a message').waitFor({ state: 'detached' })
  t.equal(await ann.composer.inputValue(), '')

  await goTo(page, 'Settings')
  await page.getByRole('button', { name: 'Security' }).click()
  const everywhere = page.getByRole('button', { name: 'Log out everywhere' })
  await everywhere.waitFor()
  await away.first().waitFor({ state: 'detached' })
  proxy.shut()
  await everywhere.click()
  await away.waitFor()
  t.ok(await everywhere.isVisible(), 'who is not logged out everywhere is not logged out here')
  t.same(
    ann.complaints.filter((one) => !BROKEN.test(one)),
    [],
  )
})

t.test('the focus comes back from dialogs, and from the emoji to react with', async (t) => {
  const { url, messenger } = await servePage(t)
  const { token } = await messenger.signUp('ann')
  await messenger.write('Hello', token)
  const ann = await enter(t, url, 'ann')
  const { page } = ann
  const FOCUSED = 'document.activeElement.ariaLabel'
  await ann.message('Hello').hover()
  await ann.message('Hello').getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  t.equal(await page.evaluate(FOCUSED), 'Delete')
  await ann.message('Hello').getByRole('button', { name: 'React' }).click()
  await page.getByRole('button', { name: 'grinning face', exact: true }).click()
  await ann.message('Hello').locator('.tally').waitFor()
  t.equal(await page.evaluate(FOCUSED), 'React')
  t.same(ann.complaints, [])
})

t.test('what one tab has shown of everybody’s room is new on no other', async (t) => {
  const { url, messenger } = await servePage(t)
  const bob = await messenger.signUp('bob')
  await messenger.signUp('ann')
  const ann = await enter(t, url, 'ann')
  const other = visitorOf({ ...ann, page: await ann.page.context().newPage() })
  await other.page.goto(url)
  await other.composer.waitFor()
  for (const { page } of [ann, other]) await goTo(page, 'Settings')
  await messenger.write('news', bob.token)
  const badgeOf = ({ page }: Visitor) =>
    page.getByRole('navigation').getByText('1', { exact: true })
  for (const tab of [ann, other]) await badgeOf(tab).waitFor()
  await goTo(ann.page, 'Chats')
  await ann.sees('news')
  for (const tab of [ann, other]) await badgeOf(tab).waitFor({ state: 'detached' })
})

/** The most messages that say this that are ever shown at once. */
const WATCH = `new MutationObserver(() => {
  const shown = [...document.querySelectorAll('.message-text')]
  window.most = Math.max(window.most ?? 0, shown.filter((one) => one.textContent === 'once').length)
}).observe(document.body, { childList: true, subtree: true, characterData: true })`

t.test('a message whose answer is lost is not shown twice', async (t) => {
  const { url, messenger } = await servePage(t)
  await messenger.signUp('ann')
  const ann = await enter(t, url, 'ann')
  await ann.write('before')
  await ann.message('before').getByText('Sent').waitFor()
  await ann.page.evaluate(WATCH)
  const isLost = Promise.withResolvers<void>()
  await ann.page.route(
    '**/actions/message',
    async (route) => {
      await route.fetch()
      await route.abort()
      isLost.resolve()
    },
    { times: 1 },
  )
  await ann.write('once')
  await isLost.promise
  await ann.message('once').getByText('Sent').waitFor()
  await ann.page.locator('[data-state=sending]').waitFor({ state: 'detached' })
  await ann.write('after')
  await ann.message('after').getByText('Sent').waitFor()
  t.equal(await ann.page.evaluate('window.most'), 1)
  t.same((await ann.texts()).slice(-3), ['before', 'once', 'after'])
})

/** Where a message is that was there at the beginning. */
const TOP = `() => Math.round([...document.querySelectorAll('.message-text')]
  .find((one) => one.innerText === 'line 72').getBoundingClientRect().top)`

t.test('older messages come as one scrolls up, and what is read stays where it is', async (t) => {
  const { url, messenger } = await servePage(t)
  const { token } = await messenger.signUp('ann')
  for (let number = 1; number <= 120; number++) await messenger.write(`line ${number}`, token)
  const ann = await visit(t, url)
  await logIn(ann, 'ann')
  await ann.sees('line 120')
  t.equal(await ann.page.locator('.message').count(), 50)
  const before = await ann.page.evaluate<number>(`(() => {
    document.querySelector('.thread-scroll').scrollTop = 200
    return (${TOP})()
  })()`)
  await ann.page.locator('.message').getByText('line 30', { exact: true }).waitFor()
  t.equal(await ann.page.evaluate(`(${TOP})()`), before, 'what was read has not moved')
  await messenger.write('line 121', token)
  await ann.page.locator('.message').getByText('line 121', { exact: true }).waitFor()
  t.equal(await ann.page.evaluate(`(${TOP})()`), before, 'nor when something new came')
  await ann.page.getByRole('button', { name: 'To the newest message' }).click()
  await ann.page
    .getByRole('button', { name: 'To the newest message' })
    .waitFor({ state: 'detached' })
  t.same((await ann.texts()).slice(-2), ['line 120', 'line 121'])
  await ann.page.evaluate(`document.querySelector('.thread-scroll').scrollTop = 200`)
  await ann.page.getByRole('button', { name: 'To the newest message' }).waitFor()
  await ann.write('line 122')
  await ann.page
    .getByRole('button', { name: 'To the newest message' })
    .waitFor({ state: 'detached' })
  t.same(ann.complaints, [])
})
