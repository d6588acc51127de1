/** That actions and changes send the jobs of a server, with what they write, and only then. */
import t, { type Test } from 'tap'
import Type from 'typebox'
import {
  action,
  afterCreate,
  afterDelete,
  afterUpdate,
  CHANGE_PAYLOAD,
  ConflictError,
  DeclarationError,
  id,
  ITEM_INPUT,
  job,
  openStoreFactory,
  resource,
  resources,
  serve,
  web,
  type ServerOptions,
} from '../../framework/index.ts'
import { openStoresOn } from '../../framework/postgres/open-stores.ts'
import { openTestDatabase } from '../kit/database.ts'
import { createGathering } from '../kit/gathering.ts'

const TEXT = Type.String({ minLength: 1, maxLength: 40 })
const card = resource('card', { attributes: { id: id(), text: TEXT } })
const registry = resources({ card })
const factories = [openStoreFactory(card)]
const NOTE = Type.Object({ text: TEXT })

async function open(t: Test, options: Partial<ServerOptions> = {}) {
  const onError = (error: unknown): void => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry, onError })
  const server = await serve(stores, { factories, ...options })
  t.teardown(() => server.close())
  const post = (url: string, payload: object) =>
    server.http.inject({ method: 'POST', url, payload })
  return { ...server, stores, post }
}

t.test('an action sends jobs when its transaction commits', async (t) => {
  const done = createGathering<string>()
  const note = job('note', { payload: NOTE, run: async ({ text }) => done.add(text) })
  const write = action('write', {
    description: 'Writes, and sends.',
    input: NOTE,
    triggers: [web()],
    isPublic: true,
    async run({ text }, { jobs, stores, transaction }) {
      await stores.store('card')?.create({ text }, { transaction })
      await jobs.send(note, { text }, { key: text })
      if (text === 'undone') throw new ConflictError('No.')
    },
  })
  const loose = action('loose', {
    description: 'Sends, and fails.',
    input: NOTE,
    triggers: [web()],
    isPublic: true,
    isTransactional: false,
    async run({ text }, { jobs }) {
      await jobs.send(note, { text })
      throw new ConflictError('No.')
    },
  })
  const { post, jobs } = await open(t, { actions: [write, loose], jobs: [note] })
  t.equal((await post('/actions/write', { text: 'undone' })).statusCode, 409)
  t.equal((await post('/actions/write', { text: 'kept' })).statusCode, 204)
  await done.until((all) => all.includes('kept'))
  t.equal((await post('/actions/loose', { text: 'loose' })).statusCode, 409)
  await done.until((all) => all.includes('loose'))
  t.same(done.all, ['kept', 'loose'])
  t.same(await jobs?.dead.list(note), [])
})

t.test('changes of a resource set off jobs, one by one and in batches', async (t) => {
  const seen = createGathering<string>()
  const watch = job('watch', {
    payload: CHANGE_PAYLOAD,
    triggers: [afterCreate('card'), afterUpdate('card'), afterDelete('card')],
    orderedBy: ({ key }) => key,
    async run({ operation, key, before, after }, { store }) {
      const now = await store('card').read(key)
      const texts = [before?.['text'], after?.['text'], now === undefined ? 'gone' : 'there']
      seen.add([operation, ...texts].join(' '))
    },
  })
  const { stores } = await open(t, { jobs: [watch] })
  const cards = stores.store('card')
  await t.rejects(
    stores.transactions.transaction(async (transaction) => {
      await cards.create({ text: 'undone' }, { transaction })
      throw new ConflictError('No.')
    }),
  )
  const { key } = await cards.create({ text: 'a' })
  await seen.until((all) => all.length === 1)
  await cards.update(key, { text: 'b' })
  await seen.until((all) => all.length === 2)
  await cards.delete(key)
  await seen.until((all) => all.length === 3)
  t.same(seen.all, ['create  a there', 'update a b there', 'delete b  gone'])
  const items = ['c', 'd', 'e'].map((text) => ({ kind: 'create', item: { text } }) as const)
  await cards.editBatch(items)
  await seen.until((all) => all.length === 6)
  t.same(seen.all.slice(3).toSorted(), ['create  c there', 'create  d there', 'create  e there'])
})

t.test('actions that changes set off send jobs, and hear of what is deleted', async (t) => {
  const done = createGathering<string>()
  const note = job('note', { payload: NOTE, run: async ({ text }) => done.add(text) })
  const told = action('told', {
    description: 'Tells of what is gone.',
    input: ITEM_INPUT,
    triggers: [afterDelete('card')],
    async run({ item }, { jobs }) {
      await jobs.send(note, { text: String(item['text']) })
    },
  })
  const { stores } = await open(t, { jobs: [note], actions: [told] })
  const { key } = await stores.store('card').create({ text: 'gone' })
  await stores.store('card').delete(key)
  await done.until((all) => all.length === 1)
  t.same(done.all, ['gone'])
})

t.test('a server may send jobs and do none, or have none', async (t) => {
  const note = job('note', { payload: NOTE, run: async () => void t.fail('It was done.') })
  const { jobs, close } = await open(t, { jobs: [note], isDoingJobs: false })
  t.equal(await jobs?.send(note, { text: 'waits' }), true)
  await close()
  t.equal((await open(t)).jobs, undefined)
})

t.test('a job that can’t be set off, and two of one name, are refused', async (t) => {
  const run = async (): Promise<void> => undefined
  const astray = job('astray', { payload: CHANGE_PAYLOAD, triggers: [afterCreate('note')], run })
  const stores = await openStoresOn(await openTestDatabase(t), { registry, onError: t.error })
  t.teardown(() => stores.close())
  await t.rejects(serve(stores, { factories, jobs: [astray] }), DeclarationError)
  const twins = [job('twin', { run }), job('twin', { run })]
  await t.rejects(serve(stores, { factories, jobs: twins }), /Two jobs have the name twin/)
})
