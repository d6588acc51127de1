/** Tests build-page.ts: the page is built when its sources have changed, and not else. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { buildPage, isPageBuilt, PAGE_FOLDER } from '../../app/build-page.ts'

t.test('the page is built once, with smaller forms of its files beside them', async (t) => {
  await buildPage()
  t.equal(isPageBuilt(), true)
  t.equal(await buildPage(), false, 'nothing has changed')
  const read = (path: string): Buffer => readFileSync(new URL(path, PAGE_FOLDER))
  t.match(read('index.html').toString(), /<script type="module"[^>]* src="\/assets\//)
  const scripts = globSync('assets/*.js', { cwd: PAGE_FOLDER.pathname })
  t.ok(scripts.length > 5, 'views are loaded when they are needed')
  for (const path of scripts.filter((one) => existsSync(new URL(`${one}.br`, PAGE_FOLDER)))) {
    t.ok(brotliDecompressSync(read(`${path}.br`)).equals(read(path)), path)
    t.ok(gunzipSync(read(`${path}.gz`)).equals(read(path)), path)
  }
  const all = scripts.map((path) => read(path).toString()).join('\n')
  t.notMatch(all, /fastify|pglite|kysely/i, 'nothing of the server is in it')
  t.notMatch(all, /\bnew Function\b|\beval\(/)
})
