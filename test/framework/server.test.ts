/** Tests server.ts: that the parts are joined, and that one end ends all of them. */
import type { AddressInfo } from 'node:net'
import { request } from 'node:http'
import { once } from 'node:events'
import Type from 'typebox'
import type { Test } from 'tap'
import { test } from 'tap'
import {
  action,
  afterCreate,
  channel,
  ConflictError,
  DeclarationError,
  generateTokenKey,
  id,
  ITEM_INPUT,
  NotFoundError,
  openStoreFactory,
  parseTokenKeys,
  resource,
  resources,
  restrictedStoreFactory,
  serve,
  UnauthenticatedError,
  UnavailableError,
  web,
  type Action,
  type ServerOptions,
  type ServerPlugin,
} from '../../framework/index.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { openTestDatabase } from '../kit/database.ts'
import { createGathering } from '../kit/gathering.ts'
import { createSocketClient } from '../kit/socket-client.ts'
import { callerOf } from '../kit/stores.ts'

const TEXT = Type.String({ minLength: 1, maxLength: 40 })
const card = resource('card', { attributes: { id: id(), text: TEXT } })
const note = resource('note', { attributes: { id: id(), text: TEXT } })
const registry = resources({ card, note })
const factories = [openStoreFactory(card)]

async function openStores(
  t: Test,
  onError: (error: unknown) => void = (error) => void t.error(error),
) {
  return openStoresOn(await openTestDatabase(t), { registry, onError })
}

async function open(t: Test, options: Partial<ServerOptions> = {}) {
  const stores = await openStores(t)
  const server = await serve(stores, { factories, ...options })
  t.teardown(() => server.close())
  const send = (method: 'POST' | 'GET', url: string, payload?: object, token?: string) =>
    server.http.inject({
      method,
      url,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(payload === undefined ? {} : { payload }),
    })
  return { ...server, stores, send }
}

test('what has a store factory is served to everybody, what has none to nobody', async (t) => {
  const { send, http } = await open(t)
  const made = await send('POST', '/actions/card', { item: { text: 'a' } })
  t.equal(made.statusCode, 201)
  t.match((await send('GET', '/actions/card-search')).json(), {
    results: [{ item: { text: 'a' } }],
  })
  t.equal((await send('GET', '/actions/note-search')).statusCode, 404)
  t.equal((await send('GET', '/readyz')).statusCode, 200)
  t.match((await send('GET', '/openapi.json')).json(), { info: { title: 'Holdfast' } })
  t.equal((await send('GET', '/actions/card-search', undefined, 'a.b.c')).statusCode, 401)
  t.equal((await send('POST', '/login', {})).statusCode, 404, 'nobody grants tokens')
  const socket = createSocketClient(await http.injectWS('/subscription'))
  t.match(await socket.ask({ type: 'Subscribe', payload: 'note' }), { type: 'Error', status: 404 })
  t.match(await socket.ask({ type: 'Subscribe', payload: 'card' }), { type: 'Subscribed' })
})

test('what is declared is served: who calls, actions, channels and the title', async (t) => {
  const ann = callerOf('00000000-0000-7000-8000-000000000001', 'admin')
  const { send, http } = await open(t, {
    factories: [
      ...factories,
      restrictedStoreFactory(registry, 'note', ({ me }) => ({
        read: me.scope('admin'),
        create: me.scope('admin'),
      })),
    ],
    tokens: {
      peek: () => undefined,
      verify: async (token) => {
        if (token !== 'anns') throw new UnauthenticatedError()
        return ann
      },
    },
    actions: [
      action('who', {
        description: 'Tells who calls.',
        input: Type.Object({}),
        output: Type.Object({ subject: Type.String() }),
        triggers: [web()],
        run: async (_input, { caller }) => ({ subject: caller.subject ?? '' }),
      }),
    ],
    channels: [
      channel('on_create_note', { description: 'A note.', source: afterCreate('note') }),
      channel('on_create_card', { description: 'A card.', source: afterCreate('card') }),
    ],
    info: { title: 'Cards', version: '2.0.0', description: 'Of cards.' },
  })
  t.match((await send('GET', '/openapi.json')).json(), { info: { title: 'Cards' } })
  t.same((await send('POST', '/actions/who', {}, 'anns')).json(), { subject: ann.subject })
  t.equal((await send('POST', '/actions/who', {})).statusCode, 401)
  const nobody = createSocketClient(await http.injectWS('/subscription'))
  t.match(await nobody.ask({ type: 'Subscribe', payload: 'on_create_note' }), { status: 401 })
  t.match(await nobody.ask({ type: 'Subscribe', payload: 'on_create_card' }), {
    type: 'Subscribed',
  })
  const headers = { authorization: 'Bearer anns' }
  const hers = createSocketClient(await http.injectWS('/subscription', { headers }))
  t.match(await hers.ask({ type: 'Subscribe', payload: 'on_create_note' }), { type: 'Subscribed' })
  await send('POST', '/actions/note', { item: { text: 'n' } }, 'anns')
  await send('POST', '/actions/card', { item: { text: 'c' } })
  t.match(await hers.next(), { type: 'Event', payload: { text: 'n' } })
  t.match(await nobody.next(), { type: 'Event', payload: { text: 'c' } })
})

test('an app adds routes, whose answers are as safe and whose errors are problems', async (t) => {
  const plugin: ServerPlugin = async (http) => {
    http.get('/hello', async (_request, reply) => reply.type('text/html').send('<h1>Hello</h1>'))
    http.get('/gone', async () => {
      throw new NotFoundError('It is gone.')
    })
    http.get('/broken', () => Promise.reject(new RangeError('secret')))
    http.addHook('onSend', async (_request, reply) => void reply.header('x-own', 'yes'))
  }
  const { http, send } = await open(t, { plugins: [plugin] })
  const page = await send('GET', '/hello')
  t.equal(page.body, '<h1>Hello</h1>')
  t.match(page.headers['content-security-policy'], /^default-src 'none'/)
  t.equal((await http.inject({ method: 'HEAD', url: '/hello' })).statusCode, 200)
  t.match((await send('GET', '/gone')).json(), { type: '/problems/not_found', status: 404 })
  const broken = await send('GET', '/broken')
  t.equal(broken.statusCode, 500)
  t.notMatch(broken.body, 'secret')
  t.match(page.headers, { 'x-own': 'yes' })
  t.notOk((await send('GET', '/readyz')).headers['x-own'], 'hooks stay in their scope')
})

test('a change sets off an action, which is tried until it succeeds and writes once', async (t) => {
  const seen = createGathering<string>()
  const errors = createGathering<unknown>()
  const stores = await openStores(t, (error) => errors.add(error))
  const copy: Action = action('copy', {
    description: 'Copies each card to a note.',
    input: ITEM_INPUT,
    triggers: [afterCreate('card')],
    prepare: async ({ item }, { client }) => `${String(item['text'])}${client?.address ?? ''}`,
    async run({ item }, { caller, client, prepared, transaction }) {
      await stores.store('note').create({ text: prepared }, { transaction })
      seen.add(`${String(item['text'])} by ${caller.subject ?? client?.address ?? 'nobody'}`)
      if (seen.all.length === 1) throw new ConflictError('Not yet.')
    },
  })
  const notes = createGathering<unknown>()
  stores.feed.follow(({ changes }) => {
    for (const { resource, after } of changes) if (resource === 'note') notes.add(after?.['text'])
  })
  const server = await serve(stores, { factories, actions: [copy] })
  const card = await stores.store('card').create({ text: 'a' })
  await stores.store('card').update(card.key, { text: 'b' })
  await stores.store('card').create({ text: 'c' })
  t.same(await notes.until((all) => all.length === 2), ['a', 'c'])
  t.same(seen.all, ['a by nobody', 'a by nobody', 'c by nobody'])
  t.match(errors.all, [{ name: 'ConflictError' }])
  t.equal((await server.http.inject({ method: 'POST', url: '/actions/copy' })).statusCode, 404)
  await server.close()
})

test('the end waits for actions under way, then lets go of the stores', async (t) => {
  const stores = await openStores(t)
  const begun = Promise.withResolvers<undefined>()
  const goOn = Promise.withResolvers<undefined>()
  const ends: string[] = []
  const slow = action('slow', {
    description: 'Takes its time.',
    input: ITEM_INPUT,
    triggers: [afterCreate('card')],
    async run() {
      begun.resolve(undefined)
      await goOn.promise
      ends.push('action')
    },
  })
  const server = await serve(stores, { factories, actions: [slow] })
  const socket = createSocketClient(await server.http.injectWS('/subscription'))
  await stores.store('card').create({ text: 'a' })
  await begun.promise
  const closed = server.close().then(() => ends.push('server'))
  goOn.resolve(undefined)
  t.equal(await socket.closed, 1012)
  await closed
  t.same(ends, ['action', 'server'])
  await t.rejects(stores.store('card').count(), UnavailableError)
})

test('what can’t be served is refused, and the stores stay their owner’s', async (t) => {
  const stores = await openStores(t)
  const act = (name: string, resource: string): Action =>
    action(name, {
      description: 'x',
      input: ITEM_INPUT,
      triggers: [afterCreate(resource)],
      run: async () => undefined,
    })
  const source = afterCreate('fish')
  const wrong: readonly Partial<ServerOptions>[] = [
    { factories: [...factories, ...factories] },
    { actions: [act('swim', 'fish')] },
    { channels: [channel('on_create_fish', { description: 'x', source })] },
    { channels: [channel('card', { description: 'x', source: afterCreate('card') })] },
  ]
  for (const options of wrong) {
    await t.rejects(serve(stores, { factories, ...options }), DeclarationError)
  }
  const consume = () => Promise.reject(new UnavailableError())
  await t.rejects(
    serve(stores, { factories, plugins: [(http) => void http.get('/docs', () => '')] }),
    { code: 'FST_ERR_DUPLICATED_ROUTE' },
  )
  const away = { ...stores, consume }
  const actions = [act('note_card', 'card')]
  await t.rejects(
    serve(away, { factories, actions }),
    UnavailableError,
    'sockets are served by then',
  )
  t.equal(await stores.store('card').count(), 0)
  await stores.close()
})

test('servers with the same token keys take each other’s page keys', async (t) => {
  const text = generateTokenKey()
  const [one, other, stranger] = await Promise.all(
    [text, text, undefined].map((keys) =>
      open(t, keys === undefined ? {} : { tokenKeys: parseTokenKeys(keys) }),
    ),
  )
  if (one === undefined || other === undefined || stranger === undefined) throw new RangeError()
  for (const text of ['a', 'b']) {
    await one.send('POST', '/actions/card', { item: { text } })
  }
  const page = await one.send('GET', '/actions/card-search?limit=1')
  const { next_page_key: key } = page.json<{ next_page_key: string }>()
  const next = `/actions/card-search?limit=1&page_key=${key}`
  t.equal((await other.send('GET', next)).statusCode, 200)
  t.equal((await stranger.send('GET', next)).statusCode, 400)
})

test('it listens where it is told, and hears upgrades to sockets alone', async (t) => {
  const { listen, http } = await open(t)
  const address = await listen(Object.freeze({ host: '127.0.0.1', port: 0 }))
  const { port } = http.server.address() as AddressInfo
  t.equal(address, `http://127.0.0.1:${String(port)}`)
  const headers = { connection: 'upgrade, close', upgrade: 'h2c' }
  const sent = request(`${address}/healthz`, { headers })
  sent.end()
  const [response] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }]
  response.resume()
  t.equal(response.statusCode, 200)
})
