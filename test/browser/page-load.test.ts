/** Measures what a browser loads of the page, and holds it to the policy that the page came with. */
import t from 'tap'
import { goTo, logIn, servePage, visit } from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

/** Most bytes of script, as they are sent, until one can write. */
const MAX_SCRIPT_BYTES = 150_000
/** Of the layout while it loads: what is good by https://web.dev/articles/cls. */
const MAX_SHIFT = 0.1

t.test('the first load is small, breaks no rule, and asks nobody else', async (t) => {
  const { url, messenger } = await servePage(t)
  await messenger.signUp('ann')
  const ann = await visit(t, url)
  const { page } = ann
  await page.getByLabel('Username').waitFor()
  const figures = await page.evaluate<Readonly<Record<string, number>>>(`(async () => {
    // Some are told to observers alone, and of some there may be none: what there was is told before the frame after the next.
    const seen = async (type) => {
      const found = []
      new PerformanceObserver((list) => found.push(...list.getEntries())).observe({ type, buffered: true })
      for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve))
      return found
    }
    const largest = await seen('largest-contentful-paint')
    const shifts = await seen('layout-shift')
    const tasks = await seen('longtask')
    const files = performance.getEntriesByType('resource')
    const bytes = (kind) => files.filter(({ name }) => kind.test(name)).reduce((sum, one) => sum + one.encodedBodySize, 0)
    const [navigation] = performance.getEntriesByType('navigation')
    return {
      scriptBytes: bytes(/\\.js$/), styleBytes: bytes(/\\.css$/), requests: files.length,
      firstByteMs: navigation.responseStart, loadedMs: navigation.loadEventEnd,
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      largestPaintMs: largest.at(-1)?.startTime,
      blockedMs: tasks.reduce((sum, one) => sum + Math.max(0, one.duration - 50), 0), shift: shifts.reduce((sum, one) => sum + one.value, 0),
    }
  })()`)
  for (const [name, figure] of Object.entries(figures))
    t.comment(`${name} ${figure < 1 ? figure.toFixed(3) : Math.round(figure)}`)
  t.ok(figures['scriptBytes'] ?? 0, 'scripts were counted')
  t.ok((figures['scriptBytes'] ?? Infinity) < MAX_SCRIPT_BYTES, String(figures['scriptBytes']))
  t.ok((figures['shift'] ?? Infinity) < MAX_SHIFT, String(figures['shift']))

  await logIn(ann, 'ann')
  await page.getByRole('button', { name: 'Emoji' }).click()
  await page.getByRole('searchbox', { name: 'Search emoji' }).fill('rocket')
  await page.getByRole('button', { name: 'rocket', exact: true }).click()
  t.equal(await ann.composer.inputValue(), '🚀')
  for (const place of ['People', 'Settings', 'Frames', 'Chats']) await goTo(page, place)
  await ann.composer.waitFor()
  t.same(ann.complaints, [], 'the policy refused nothing')
  t.same([...ann.origins], [url])
})

t.test('files with a hash are kept, compressed, and nothing inline runs', async (t) => {
  const { url, messenger } = await servePage(t)
  const html = (await messenger.http.inject('/')).body
  const [, script = ''] = /src="(\/assets\/[\w-]+\.js)"/.exec(html) ?? []
  t.notMatch(html, /<script>|<style|\s(on\w+|style)=/)
  const answer = await fetch(url + script, { headers: { 'accept-encoding': 'br' } })
  t.equal(answer.headers.get('content-encoding'), 'br')
  t.match(answer.headers.get('cache-control'), 'immutable')
  const { page, complaints } = await visit(t, url)
  await page.getByLabel('Username').waitFor()
  const ran = await page.evaluate(`(() => {
    const script = document.createElement('script')
    try { script.textContent = 'window.ran = true' } catch { return 'refused' }
    document.body.append(script)
    return window.ran ?? false
  })()`)
  t.equal(ran, 'refused', 'Trusted Types refuse a script that a script writes')
  t.ok(complaints.length > 0)
})
