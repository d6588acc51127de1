/** What is secret in the messenger is in no answer, event, log line, document or log of changes, and can't be asked for. */
import t from 'tap'
import { ADMIN_KEY, openTestMessenger, PASSWORD, SEEDED_MESSAGE_KEY } from '../kit/messenger.ts'
import { cell } from '../kit/sql.ts'

/** In what a person writes, and in a password that is wrong. */
const TEXT_CANARY = 'canary-of-a-text'
const WRONG_CANARY = 'canary-of-a-password'

const messenger = await openTestMessenger(t, { areLimitsKept: true })
const { call, stores } = messenger
const tim = await messenger.signUp('tim')
const admin = (await messenger.login('admin')).access_token
const CALLERS = { nobody: undefined, tim: tim.token, admin }

/** The digests that are kept. */
async function digests(): Promise<readonly string[]> {
  const users = (await stores.store('user').search()).results
  const kept = await Promise.all(
    users.map(({ key }) => stores.store('user').unsafeReadSecrets(key)),
  )
  return kept.flatMap((secrets) => (secrets === undefined ? [] : [secrets.password_digest]))
}

/** What differs between two answers that should not differ. */
const nameless = (body: string): string =>
  body.replaceAll(/password[_-]digest|no[_-]such[_-]thing/g, 'NAME')

t.test(
  'the digest can’t be filtered, sorted, counted, included or expected: it is as nothing',
  async (t) => {
    const lines = (name: string): readonly string[] => {
      const filters = [
        `${name}__eq=x`,
        `${name}__startswith=$argon2id`,
        `${name}__exists=true`,
        `${name}__oneof=a&${name}__oneof=b`,
        `filter=${JSON.stringify({ [name]: { eq: 'x' } })}`,
        `filter=${JSON.stringify({ not: { or: [{ [name]: { exists: true } }] } })}`,
        `search_order=${name}`,
        `search_order=-${name}`,
        `include=${name}`,
        `${name}=x`,
      ]
      const linked = [
        `filter=${JSON.stringify({ author: { [name]: { eq: 'x' } } })}`,
        `include=author.${name}`,
      ]
      return [
        ...filters.map((query) => `GET /actions/user-search?${encodeURI(query)}`),
        ...filters.slice(0, 6).map((query) => `GET /actions/user-count?${encodeURI(query)}`),
        ...linked.map((query) => `GET /actions/message-search?${encodeURI(query)}`),
        `GET /actions/message/${SEEDED_MESSAGE_KEY}?include=author.${name}`,
        `GET /actions/user/${ADMIN_KEY}/${name.replaceAll('_', '-')}`,
      ]
    }
    for (const [who, as] of Object.entries(CALLERS)) {
      const strangers = lines('no_such_thing')
      for (const [index, line] of lines('password_digest').entries()) {
        const secret = await call(line, { as })
        const nothing = await call(strangers[index] ?? '', { as })
        t.ok([400, 404].includes(secret.statusCode), `${who} ${line}: ${String(secret.statusCode)}`)
        t.equal(secret.statusCode, nothing.statusCode)
        t.equal(nameless(secret.body), nameless(nothing.body))
      }
      for (const body of [
        { item: { full_name: 'T' }, precondition: { NAME: { exists: true } } },
        {
          item: { full_name: 'T' },
          precondition: { or: [{ NAME: { startswith: '$argon2id' } }, {}] },
        },
        { item: { NAME: 'x' } },
      ]) {
        const told = async (name: string) => {
          const payload = JSON.stringify(body).replaceAll('NAME', name)
          const headers = { 'content-type': 'application/json' }
          return call(`PATCH /actions/user/${tim.key}`, { as, payload, headers })
        }
        const [secret, nothing] = [await told('password_digest'), await told('no_such_thing')]
        t.equal(secret.statusCode, 400)
        t.equal(nameless(secret.body), nameless(nothing.body))
      }
    }
    const query = `GET /actions/user-count?query=${encodeURIComponent('$argon2id')}`
    t.same((await call(query, { as: admin })).json(), { count: 0 }, 'nor looked for')
  },
)

t.test('no document tells of it', async (t) => {
  const text = (await call('GET /openapi.json')).body
  t.notMatch(text, /password_digest|refresh_digest|family_digest|argon2/)
})

t.test('a whole day of the messenger leaves no secret anywhere', async (t) => {
  const secrets = new Set([PASSWORD, 'Password123!', WRONG_CANARY, ...(await digests())])
  const answers: string[] = []
  const send = async (...[line, sent]: Parameters<typeof call>): Promise<unknown> => {
    const { body, headers } = await call(line, sent)
    answers.push(JSON.stringify(headers), body)
    return body.startsWith('{') ? JSON.parse(body) : undefined
  }
  const sockets = await Promise.all(Object.values(CALLERS).map((as) => messenger.connect(as)))
  for (const socket of sockets) {
    await socket.ask({ type: 'Subscribe', payload: 'on_create_message' })
  }
  // Tokens that are given out are secrets everywhere but in that answer.
  const first = await messenger.login('tim')
  const { body } = await call('POST /actions/refresh', {
    json: { refresh_token: first.refresh_token },
  })
  const second = JSON.parse(body) as typeof first
  for (const { access_token, refresh_token } of [first, second]) {
    secrets.add(access_token)
    secrets.add(refresh_token)
  }
  for (const token of [tim.token, tim.refreshToken, admin]) secrets.add(token)
  const as = second.access_token

  await send('POST /actions/login', { json: { username: 'tim', password: WRONG_CANARY } })
  await send('POST /actions/login', { json: { username: WRONG_CANARY, password: PASSWORD, x: 1 } })
  await send('POST /actions/login', {
    payload: `{"username":"tim","password":"${WRONG_CANARY}"`,
    headers: { 'content-type': 'application/json' },
  })
  await send('POST /actions/sign-up', { json: { username: 'tim', password: PASSWORD } })
  await send('POST /actions/sign-up', {
    json: { username: 'ann', password: PASSWORD },
    headers: { 'idempotency-key': 'ann-1' },
  })
  await send('POST /actions/refresh', { json: { refresh_token: first.refresh_token.slice(1) } })
  await send('POST /login', {
    payload: `grant_type=password&username=tim&password=${WRONG_CANARY}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  await send('POST /actions/message', { as, json: { item: { text: TEXT_CANARY } } })
  await send(`GET /actions/message-search?text__contains=${TEXT_CANARY}&include=author`, { as })
  await send(`GET /actions/message-search?access_token=${as}`)
  // Whoever asks for it gets his own path back; the log is the matter.
  await call(`GET /nowhere/${as}`)
  await send('GET /actions/message-search', { as: `${as.slice(0, -1)}x` })
  await send(`PATCH /actions/user/${tim.key}`, { as, json: { item: { full_name: 'Tim' } } })
  await send(`PATCH /actions/user/${tim.key}`, { as, json: { item: { password_digest: 'x' } } })
  await send(`GET /actions/user/${tim.key}?include=authored_messages,authored_message_count`, {
    as,
  })
  await send('PATCH /actions/user-batch', {
    as: admin,
    json: { edits: [{ update_item: { id: tim.key, full_name: 'T' } }] },
  })
  const events = await Promise.all(sockets.map((socket) => socket.next()))
  const [socket] = sockets
  const frames = [
    await socket?.ask({ type: 'Authenticate', payload: { token: `${as}x` } }),
    await socket?.ask({ type: 'Authenticate', payload: { token: as } }),
    await socket?.ask({ type: 'Subscribe', payload: as }),
    await socket?.ask(`{"token":"${as}"`),
  ]
  await send('POST /actions/logout', { as })
  answers.push(JSON.stringify([events, frames]))

  for (const [where, text] of [
    ['an answer or event', answers.join('\n')],
    ['the log', messenger.log.join('\n')],
    ['the log of changes', await tableText('holdfast_log')],
    ['the outbox', await tableText('holdfast_outbox')],
    ['what is kept of requests', await tableText('holdfast_idempotency')],
    ['what is counted of tries', await tableText('holdfast_limit')],
    ['the sessions', await tableText('session')],
    ['the security events', await tableText('security_event')],
  ] as const) {
    for (const secret of secrets) {
      t.notOk(text.includes(secret), `${secret.slice(0, 12)}… is not in ${where}`)
    }
    t.notMatch(text, '$argon2id', `no digest is in ${where}`)
  }
  t.notMatch(messenger.log.join('\n'), TEXT_CANARY, 'the log holds no text of messages')
  t.match(await tableText('user'), '$argon2id', 'the digests are where they belong')
  t.match(await tableText('holdfast_log'), TEXT_CANARY, 'changes are in their log')
  t.match(messenger.log.join('\n'), '"route":"/actions/login"', 'requests are in theirs')
})

t.test('a defect tells nobody but the log, and the log no value', async (t) => {
  await stores.database.script('alter table message rename to away')
  const before = messenger.log.length
  const json = { item: { text: TEXT_CANARY } }
  const broken = await call('POST /actions/message', { as: admin, json })
  await stores.database.script('alter table away rename to message')
  t.equal(broken.statusCode, 500)
  t.notMatch(broken.body, /relation|select|insert|_version/i)
  const logged = messenger.log.slice(before).join('\n')
  t.match(logged, '"level":50')
  t.notMatch(logged, TEXT_CANARY)
})

/** Everything that a table holds, as text. */
async function tableText(name: string): Promise<string> {
  return String(
    await cell(
      stores.database,
      `select coalesce(string_agg(row::text, ' '), '') from "${name}" row`,
    ),
  )
}
