/** Friends and blocked persons, from outside: what each of both sees, what reaches whom, and who reads what of whom then. */
import t from 'tap'
import { openTestMessenger, type Person } from '../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const { call } = messenger
let made = 0

const STEPS = ['friend_request', 'friend_accept', 'friend_refuse', 'friend_withdraw', 'friend_remove', 'person_block', 'person_unblock'] as const // prettier-ignore
type Step = (typeof STEPS)[number]

const person = (): Promise<Person> => messenger.signUp(`person${String((made += 1))}`)

async function take(step: Step, who: Person, whom: Pick<Person, 'key'>) {
  const path = step.replace('_', '-')
  const json = { user_id: whom.key }
  return call(`POST /actions/${path}`, { as: who.token, json })
}

/** What each step is answered: its status, and the state that is seen then. */
async function taken(step: Step, who: Person, whom: Pick<Person, 'key'>) {
  const { statusCode, body } = await take(step, who, whom)
  const { item } = (body === '' ? {} : JSON.parse(body)) as { item?: { state?: string } }
  return item?.state === undefined ? statusCode : item.state
}

/** How somebody sees another, by each way in which it can look. */
async function seen(who: Person, whom: Person): Promise<unknown> {
  const ways = [
    `user-search?id__eq=${whom.key}&include=friendship`,
    `user/${whom.key}?include=friendship`,
  ]
  const states: unknown[] = []
  for (const way of ways) {
    const answer = (await call(`GET /actions/${way}`, { as: who.token })).json<Answer>()
    states.push((answer.results?.[0] ?? answer).item?.friendship?.state)
  }
  const linked = await call(`GET /actions/user/${whom.key}/friendship`, { as: who.token })
  states.push(linked.json<Answer | null>()?.item?.state)
  const own = await call(`GET /actions/friendship-search?other_id__eq=${whom.key}`, {
    as: who.token,
  })
  states.push(own.json<Answer>().results?.[0]?.item?.state)
  t.equal(new Set(states).size, 1, `${JSON.stringify(states)} are all the same`)
  return states[0]
}

interface Answer {
  readonly results?: readonly Answer[]
  readonly item?: { readonly state?: string; readonly friendship?: { readonly state?: string } }
}

async function notifications(of: Person): Promise<readonly string[]> {
  const line = 'GET /actions/notification-search?search_order=created_at'
  const { results } = (await call(line, { as: of.token })).json<{
    results: readonly { readonly item: { readonly kind: string } }[]
  }>()
  return results.map(({ item }) => item.kind)
}

t.test('one asks, the other accepts, and each can end it', async (t) => {
  const [ann, bob] = [await person(), await person()]
  t.equal(await taken('friend_request', ann, bob), 'requested')
  t.equal(await taken('friend_request', ann, bob), 'requested', 'again')
  t.equal(await seen(bob, ann), 'asked')
  t.same(await notifications(bob), ['friend_request'])
  t.equal(await taken('friend_accept', ann, bob), 409, 'not by the one who asked')
  t.equal(await taken('friend_accept', bob, ann), 'friends')
  t.equal(await seen(ann, bob), 'friends')
  t.same(await notifications(ann), ['friend_accepted'])
  t.same(await notifications(bob), [], 'it has answered')
  t.equal(await taken('friend_withdraw', ann, bob), 409)
  t.equal(await taken('friend_remove', bob, ann), 204)
  t.equal(await seen(ann, bob), undefined)
  t.equal(await seen(bob, ann), undefined)
  t.equal(await taken('friend_remove', ann, bob), 409)
})

t.test('who was refused is not told, and reaches nobody by asking again', async (t) => {
  const [ann, bob] = [await person(), await person()]
  await take('friend_request', ann, bob)
  t.equal(await taken('friend_refuse', bob, ann), 'refused')
  for (let round = 0; round < 3; round += 1) {
    t.equal(await seen(ann, bob), 'requested')
    t.equal(await taken('friend_withdraw', ann, bob), 204)
    t.equal(await seen(ann, bob), undefined)
    t.equal(await taken('friend_request', ann, bob), 'requested')
    await take('person_block', ann, bob)
    t.equal(await taken('person_unblock', ann, bob), 204)
    t.equal(await taken('friend_request', ann, bob), 'requested')
  }
  t.equal(await seen(bob, ann), 'refused')
  t.same(await notifications(bob), [])
  t.same(await notifications(ann), [])
  t.equal(await taken('friend_accept', bob, ann), 'friends', 'a refusal can be thought over')
})

t.test('a request that is withdrawn leaves nothing, whatever its reader has seen', async (t) => {
  const [ann, bob] = [await person(), await person()]
  await take('friend_request', ann, bob)
  t.same(await notifications(bob), ['friend_request'])
  t.equal(await taken('friend_withdraw', ann, bob), 204)
  t.equal(await seen(bob, ann), undefined)
  t.same(await notifications(bob), [])
})

t.test('who is blocked sees what a stranger sees, and its requests arrive nowhere', async (t) => {
  const [ann, bob, eve] = [await person(), await person(), await person()]
  await take('friend_request', bob, ann)
  await take('friend_accept', ann, bob)
  t.equal(await taken('person_block', ann, bob), 'blocked')
  t.equal(await taken('person_block', ann, bob), 'blocked', 'again')
  t.equal(await seen(bob, ann), undefined)
  t.equal(await taken('friend_request', ann, bob), 409, 'of whom one has blocked')
  const answers = [await take('friend_request', bob, ann), await take('friend_request', eve, bob)]
  const [toBlocker, toStranger] = answers.map((answer) => {
    const { item, ...rest } = answer.json<{ item: Record<string, unknown> }>()
    return [answer.statusCode, Object.keys(item), item['state'], Object.keys(rest)]
  })
  t.same(toBlocker, toStranger)
  t.equal(await seen(bob, ann), 'requested')
  t.equal(await seen(ann, bob), 'blocked')
  t.same(await notifications(ann), [], 'what was told before is gone too')
  t.equal(await taken('person_block', bob, ann), 'blocked', 'both can')
  t.equal(await taken('person_unblock', ann, bob), 204)
  t.equal(await seen(ann, bob), undefined)
  t.equal(await seen(bob, ann), 'blocked')
  t.equal(await taken('person_unblock', ann, bob), 409)
})

t.test('a request that was there before stays as its sender sees it', async (t) => {
  const [ann, bob] = [await person(), await person()]
  await take('friend_request', bob, ann)
  await take('person_block', ann, bob)
  t.equal(await seen(bob, ann), 'requested')
  await take('person_unblock', ann, bob)
  t.equal(await seen(ann, bob), undefined)
  t.equal(await taken('friend_request', bob, ann), 'requested')
  t.equal(await seen(ann, bob), 'asked', 'who is not blocked any more can ask')
})

t.test('nobody sees or writes the friendships of others', async (t) => {
  const [ann, bob, eve] = [await person(), await person(), await person()]
  await take('friend_request', ann, bob)
  await take('person_block', bob, eve)
  const admin = (await messenger.login('admin')).access_token
  const own = await call('GET /actions/friendship-search', { as: ann.token })
  const [{ key } = { key: '' }] = own.json<{ results: readonly { key: string }[] }>().results
  for (const as of [eve.token, admin, bob.token]) {
    t.equal((await call(`GET /actions/friendship/${key}`, { as })).statusCode, 404)
    const line = `GET /actions/friendship-count?user_id__eq=${ann.key}`
    t.match((await call(line, { as })).json(), { count: 0 })
    const linked = encodeURIComponent(JSON.stringify({ friendships: { state: { eq: 'blocked' } } }))
    const about = await call(`GET /actions/user-count?id__eq=${bob.key}&filter=${linked}`, { as })
    t.match(about.json(), as === bob.token ? { count: 1 } : { count: 0 })
    const page = await call(`GET /actions/user/${bob.key}/friendships`, { as })
    t.equal(page.body.includes(eve.key), as === bob.token)
  }
  t.equal((await call('GET /actions/friendship-search')).json<Answer>().results?.length ?? 0, 0)
  const item = { user_id: ann.key, other_id: eve.key, state: 'friends' }
  for (const [line, json] of [
    ['POST /actions/friendship', { item }],
    [`PATCH /actions/friendship/${key}`, { item: { state: 'friends' } }],
    [`DELETE /actions/friendship/${key}`, undefined],
  ] as const) {
    const [path, url = ''] = line.split(' ')
    const sent = await messenger.http.inject({
      method: path as 'POST', // or another one that inject knows
      url,
      headers: { authorization: `Bearer ${ann.token}` },
      ...(json === undefined ? {} : { payload: json }),
    })
    t.match(String(sent.statusCode), /40[345]/, line)
  }
})

t.test('steps are about somebody else who is there, by who is logged in', async (t) => {
  const ann = await person()
  for (const step of STEPS) {
    const path = `POST /actions/${step.replace('_', '-')}`
    t.equal(await taken(step, ann, ann), 400, `${step} oneself`)
    const nobody = { key: '00000000-0000-7000-8000-000000000000' }
    t.equal(await taken(step, ann, nobody), 404, `${step} nobody`)
    const anonymous = await call(path, { json: { user_id: ann.key } })
    t.equal(anonymous.statusCode, 401)
    for (const user_id of ['tim', 7, null, `${ann.key}\u0000`, ann.key.toUpperCase()]) {
      t.equal((await call(path, { as: ann.token, json: { user_id } })).statusCode, 400)
    }
  }
})

t.test('both ask at the same moment: they are friends', async (t) => {
  for (let round = 0; round < 4; round += 1) {
    const [ann, bob] = [await person(), await person()]
    const both = await Promise.all([
      take('friend_request', ann, bob),
      take('friend_request', bob, ann),
    ])
    t.same(
      both.map(({ statusCode }) => statusCode),
      [200, 200],
    )
    t.equal(await seen(ann, bob), 'friends')
    t.equal(await seen(bob, ann), 'friends')
    const told = [...(await notifications(ann)), ...(await notifications(bob))]
    t.same(told, ['friend_accepted'])
  }
})

t.test('whatever both do at once, they end as a pair that there can be', async (t) => {
  const [ann, bob] = [await person(), await person()]
  const possible = new Set(['- -', 'requested asked', 'asked requested', 'friends friends', 'refused requested', 'requested refused', 'refused -', '- refused', '- blocked', 'blocked -', 'blocked blocked', 'blocked requested', 'requested blocked', 'blocked refused', 'refused blocked', '- requested', 'requested -', 'refused refused']) // prettier-ignore
  for (let round = 0; round < 12; round += 1) {
    const answers = await Promise.all(
      STEPS.flatMap((_, at) => {
        const [one, other] = [STEPS[(at * 3 + round) % 7], STEPS[(at * 5 + round * 2) % 7]]
        return [take(one ?? 'friend_request', ann, bob), take(other ?? 'friend_request', bob, ann)]
      }),
    )
    for (const { statusCode, body } of answers) {
      if (![200, 204, 409].includes(statusCode)) t.fail(`${String(statusCode)} ${body}`)
    }
    const nameOf = (state: unknown): string => (typeof state === 'string' ? state : '-')
    const pair = `${nameOf(await seen(ann, bob))} ${nameOf(await seen(bob, ann))}`
    t.ok(possible.has(pair), pair)
  }
})

t.test('the sockets of both are told, and nobody else', async (t) => {
  const [ann, bob, eve] = [await person(), await person(), await person()]
  await messenger.caughtUp()
  const [first, second, third] = await Promise.all(
    [ann, bob, eve].map(async (one) => {
      const client = await messenger.connect(one.token)
      await client.ask({ type: 'Subscribe', id: 1, payload: 'friendship' })
      await client.ask({ type: 'Subscribe', id: 2, payload: 'on_notification' })
      return client
    }),
  )
  await take('friend_request', ann, bob)
  t.match(await first?.next(), { op: 'create', payload: { user_id: ann.key, state: 'requested' } })
  const told = [await second?.next(), await second?.next()]
  t.ok(told.some((frame) => frame?.['channel'] === 'friendship'))
  const notice = { payload: { kind: 'friend_request', actor_id: ann.key, is_read: false } }
  t.match(
    told.find((frame) => frame?.['channel'] === 'on_notification'),
    notice,
  )
  await take('person_block', bob, ann)
  await take('friend_withdraw', ann, bob)
  const ended = await first?.next()
  t.match(ended, { channel: 'friendship', op: 'delete' }, 'of being blocked it hears nothing')
  t.same(first?.waiting, [])
  t.same(third?.waiting, [])
})
