/** Starts the messenger as a person does, as a process of its own, and ends it as a supervisor does. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { generateTokenKey } from '../../framework/index.ts'
import { prepareHome, startMessenger, startProcess } from '../kit/messenger-process.ts'

interface Page {
  readonly results: readonly { readonly key: string; readonly item: object }[]
}

/** The end of a process has to come within this. PROMISES, P13. */
const END_MS = 10_000

// Many processes start here, one after the other.
t.setTimeout(300_000)

t.test('the walk-through, with a start, an end, and another start', async (t) => {
  const home = await prepareHome(t)
  const first = await startMessenger(t, home)
  const [address, database, mail] = await first.output.until((all) => all.length > 2)
  t.match(address, /^Holdfast messenger: http:\/\/localhost:[1-9]\d*(\/docs)?$/)
  t.match(database, /^Database: (PGlite in |PostgreSQL at )/)
  t.match(mail, /^Mail: .*\/sent-mails$/)
  t.equal((await fetch(`${first.url}/sent-mails`)).status, 200)
  const docs = await fetch(`${first.url}/docs`)
  t.equal(docs.status, 200)
  t.match(await docs.text(), /swagger-ui/)
  t.equal((await fetch(`${first.url}/openapi.json`)).status, 200)

  const refused = await first.send('POST', '/actions/message', { json: { item: { text: 'x' } } })
  t.equal(refused.status, 401)
  const as = await first.login()
  const client = await first.connect()
  t.match(await client.ask({ type: 'Subscribe', payload: 'on_create_message' }), {
    type: 'Subscribed',
  })
  const json = { item: { text: 'This is a second test message!' } }
  const made = await first.send('POST', '/actions/message', { as, json })
  t.equal(made.status, 201)
  const { key, item } = (await made.json()) as Page['results'][number]
  t.match(await client.next(), { type: 'Event', channel: 'on_create_message', key, payload: item })
  t.match(await client.ask('nonsense'), { type: 'Error', status: 400 })
  t.match(await client.ask({ type: 'Unsubscribe', payload: 'on_create_message' }), {
    type: 'Unsubscribed',
  })
  t.match(await client.ask({ type: 'Ping' }), { type: 'Pong' })

  const before = performance.now()
  const { code, stderr } = await first.end('SIGTERM')
  t.equal(code, 0)
  t.ok(performance.now() - before < END_MS)
  t.equal(stderr, '')
  t.equal(await client.closed, 1012, 'come again')

  const second = await startMessenger(t, home)
  const path = '/actions/message-search?limit=100&search_order=-created_at'
  const { results } = (await (await second.send('GET', path)).json()) as Page
  const seeds = JSON.parse(readFileSync('seed/message.json', 'utf8')) as readonly object[]
  t.equal(results.length, seeds.length + 1, 'kept, and nothing seeded again')
  t.match(results[0], { key, item })
  t.equal((await second.send('POST', '/actions/message', { as, json })).status, 201)
  t.equal((await second.end('SIGINT')).code, 0, 'Ctrl-C ends it too')
})

t.test('npm start is replaced by the server, which a signal to npm ends', async (t) => {
  const messenger = await startMessenger(t, await prepareHome(t), ['npm', 'start'])
  t.equal((await messenger.send('GET', '/readyz')).status, 200)
  await messenger.end('SIGTERM')
  t.match(messenger.output.all.join('\n'), /^SIGTERM: ending\.$/m)
  await t.rejects(messenger.send('GET', '/readyz'))
})

t.test('a Node that is too old is told in one line', async (t) => {
  const { scripts, engines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
    readonly engines: { readonly node: string }
  }
  const [, wanted = ''] = /^>=(\d+)$/.exec(engines.node) ?? []
  const check = scripts['prestart'] ?? ''
  t.match(check, `Node ${wanted} `, 'as package.json wants it')
  // A shell function in the place of the old Node: it runs the check with another version.
  const code = `Object.defineProperty(process, 'versions', { value: { node: '%s' } })`
  const folder = t.testdir({
    'old.cjs': code.replace('%s', `${Number(wanted) - 1}.20.0`),
    'new.cjs': code.replace('%s', `${wanted}.0.0`),
  })
  const run = (file: string) =>
    startProcess(t, { NODE_OPTIONS: `--require=${join(folder, file)}` }, ['sh', '-c', check]).ended
  const old = await run('old.cjs')
  t.equal(old.code, 1)
  t.match(old.stderr, new RegExp(`^Holdfast needs Node ${wanted} or newer[^\n]*$`))
  t.match(await run('new.cjs'), { code: 0, stderr: '', stdout: '' })
})

t.test('what can’t be started says why in a line, and ends', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const home = await prepareHome(t)
  const node = [process.execPath, 'app/main.ts']
  const cases = [
    [{ PORT: 'eighty' }, [], /^PORT must be a port from 0 to 65535\.$/],
    [{ NODE_ENV: 'production' }, [], /^TOKEN_KEYS is required in production[^\n]*$/],
    [{ DATABASE_URL: 'postgres://h:1/d' }, ['sede'], /^There is no command 'sede'\.[^\n]*$/],
    [
      { DATABASE_URL: 'postgres://127.0.0.1:1/d' },
      [],
      /^The database is away\.[^\n]+REFUSED[^\n]*$/,
    ],
    [{ DATABASE_URL: 'postgres://host.invalid/d' }, [], /^[^\n]*DATABASE_URL[^\n]*invalid[^\n]*$/],
    [{ DATA_DIR: 'package.json' }, [], /^[^\n]*package\.json[^\n]*DATA_DIR[^\n]*$/],
    [{ DATA_DIR: '/proc/none/data' }, [], /^[^\n]*\/proc\/none[^\n]*DATA_DIR[^\n]*$/],
    [{ PORT: String(port), HOST: '127.0.0.1' }, [], /^PORT [^\n]*EADDRINUSE[^\n]*$/],
  ] as const
  for (const [env, args, line] of cases) {
    const { code, stderr } = await startProcess(t, { ...home, ...env }, [...node, ...args]).ended
    t.equal(code, 1, JSON.stringify(env))
    t.match(stderr, line)
  }
})

t.test('a data folder is for one process', async (t) => {
  const { DATA_DIR = '' } = await prepareHome(t)
  const one = await startMessenger(t, { DATA_DIR })
  const other = await startProcess(t, { DATA_DIR }).ended
  t.equal(other.code, 1)
  t.match(other.stderr, /^Another process uses the data folder [^\n]+$/)
  t.equal((await one.send('GET', '/actions/message-count')).status, 200, 'the first goes on')
  t.equal((await one.end('SIGTERM')).code, 0)
})

t.test('in production nothing is seeded but by command', async (t) => {
  const home = await prepareHome(t)
  const TOKEN_KEYS = generateTokenKey()
  const env = { ...home, NODE_ENV: 'production', TOKEN_KEYS }
  const seed = startProcess(t, env, [process.execPath, 'app/main.ts', 'seed'])
  t.match(await seed.ended, { code: 0, stdout: /^\d+ rows loaded from seed\/\.$/ })
  const again = startProcess(t, env, [process.execPath, 'app/main.ts', 'seed'])
  t.match(await again.ended, { code: 0, stdout: '0 rows loaded from seed/.' })
  const messenger = await startMessenger(t, env)
  t.notMatch(messenger.output.all.slice(0, 3).join('\n'), 'Password123!')
  t.ok(await messenger.login())
})
