/** That who reads a page with its cursor, and then what comes after it, has everything: on any schedule of writers. */
import Type from 'typebox'
import { test, type Test } from 'tap'
import { UnavailableError } from '../../../framework/errors.ts'
import { parseCursor, type Change } from '../../../framework/event/change.ts'
import { openStoresOn } from '../../../framework/postgres/open-stores.ts'
import { hasMany } from '../../../framework/resource/link.ts'
import { resources } from '../../../framework/resource/registry.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { id, reference } from '../../../framework/resource/standard-attributes.ts'
import { openTestDatabase, SERVER_URL } from '../../kit/database.ts'
import { createGathering } from '../../kit/gathering.ts'

const box = resource('box', {
  attributes: { id: id() },
  links: { cards: hasMany('card', 'box_id') },
})
const card = resource('card', {
  attributes: { id: id(), text: Type.String(), box_id: reference('box') },
})
const registry = resources({ box, card })

async function open(t: Test) {
  const onError = (error: unknown): void => void t.error(error)
  const stores = await openStoresOn(await openTestDatabase(t), { registry, onError })
  t.teardown(() => stores.close())
  const told = createGathering<Change>()
  stores.feed.follow(({ changes }) => told.add(...changes))
  const { key } = await stores.store('box').create({})
  return { stores, cards: stores.store('card'), told, box_id: key }
}

function positionOf(cursor: string | undefined): number {
  return parseCursor(cursor ?? '')?.position ?? NaN
}

test('a row that is committed meanwhile is in the page, or comes after its cursor', async (t) => {
  const { cards, told, box_id } = await open(t)
  const pages: { readonly position: number; readonly keys: ReadonlySet<string> }[] = []
  let isWriting = true
  const write = async (name: string): Promise<void> => {
    for (let count = 0; count < 25; count += 1) await cards.create({ box_id, text: name })
  }
  const read = async (): Promise<void> => {
    while (isWriting) {
      const page = await cards.search({ limit: 100 }, { withCursor: true })
      const keys = new Set(page.results.map(({ key }) => key))
      pages.push({ position: positionOf(page.cursor), keys })
    }
  }
  const reading = read()
  await Promise.all(['a', 'b', 'c', 'd'].map(write))
  isWriting = false
  await reading
  const changes = await told.until((all) => all.length === 101)
  t.ok(pages.length > 1)
  for (const { position, keys } of pages) {
    const early = changes.filter((change) => change.position <= position && change.position > 1)
    for (const { key } of early) t.ok(keys.has(key), `${key} is in the page of ${position}`)
  }
  const last = await cards.search({ limit: 100 }, { withCursor: true })
  t.equal(positionOf(last.cursor), 101)
})

test(
  'all that is read in a snapshot is of one moment',
  { skip: SERVER_URL === undefined && 'PGlite does one thing at a time' },
  async (t) => {
    const { stores, cards, told, box_id } = await open(t)
    await told.until((all) => all.length === 1)
    const [begun, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const reading = stores.transactions.snapshot(async (transaction, cursor) => {
      begun.resolve()
      await written.promise
      const groups = { attributes: ['box_id'], groups: [[box_id]] }
      return {
        cursor,
        count: await cards.count(undefined, { transaction }),
        linked: await cards.countGroups(groups, { transaction }),
        again: await cards.search({}, { transaction, withCursor: true }),
      }
    })
    await begun.promise
    const { key } = await cards.create({ box_id, text: 'meanwhile' })
    const changes = await told.until((all) => all.length === 2)
    written.resolve()
    const { cursor, count, linked, again } = await reading
    t.match(changes[1], { key, position: 2 })
    t.equal(positionOf(cursor), 1)
    t.equal(again.cursor, cursor)
    t.same([count, linked, again.results], [0, [0], []])
  },
)

test('in a transaction the cursor is of what others have committed', async (t) => {
  const { stores, cards, told, box_id } = await open(t)
  await told.until((all) => all.length === 1)
  await stores.transactions.transaction(async (transaction) => {
    await cards.create({ box_id, text: 'mine' }, { transaction })
    const page = await cards.search({}, { transaction, withCursor: true })
    t.equal(page.results.length, 1)
    t.equal(positionOf(page.cursor), 1)
  })
})

test('nothing can be written in a snapshot, and a page without a cursor costs none', async (t) => {
  const { stores, cards, box_id } = await open(t)
  const writing = stores.transactions.snapshot((transaction) =>
    cards.create({ box_id, text: 'x' }, { transaction }),
  )
  await t.rejects(writing, UnavailableError)
  t.equal(await cards.count(), 0)
  t.notOk('cursor' in (await cards.search()))
})
