/** That reads are one statement each, and pages ranges of an index. */

import t from 'tap'
import { by } from '../../contracts/store.ts'
import { samples } from '../../kit/sample-resources.ts'
import { column } from '../../kit/sql.ts'
import { openTestStores } from '../../kit/stores.ts'

const ROWS = 3000

t.test('a page in the middle reads little more than its rows', async (t) => {
  const stores = await openTestStores(t, samples)
  await stores.database.script(`
    insert into everything (id, title, choice, once, plain, created_at, updated_at)
    select gen_random_uuid(), 'title', 'red', '', '', '2026-01-01'::timestamptz + n * interval '1 s', now() from generate_series(1, ${ROWS}) n`)
  await stores.database.query({ text: 'analyze everything', values: [] })
  const store = stores.store('everything')
  for (const terms of [
    ['created_at'],
    ['-created_at'],
    ['-created_at', 'id'],
    ['created_at', '-id'],
    [],
  ]) {
    const order = by(...terms)
    const first = await store.search({ order, limit: 100 })
    await store.search({ order, limit: 20, after: first.next ?? [] })
    const { text, values } = stores.statements.at(-1) ?? { text: '', values: [] }
    const explained = text.replaceAll(
      /\$(\d+)/g,
      (_, digits) => `'${String(values[Number(digits) - 1])}'`,
    )
    const plan = (
      await column(
        stores.database,
        `explain (analyze, costs off, timing off, summary off) ${explained}`,
      )
    ).join('\n')
    t.match(plan, /Index Scan/, terms.join())
    t.notMatch(plan, /-> +Sort|Seq Scan|Rows Removed by Filter: \d\d/, terms.join())
  }
})

t.test('the usual limit is part of the text, another one is a parameter', async (t) => {
  const stores = await openTestStores(t, samples)
  const store = stores.store('tag')
  const searched = async (limit?: number) => {
    await store.search(limit === undefined ? {} : { limit })
    return stores.statements.at(-1)
  }
  t.match((await searched())?.text, /limit 21$/)
  t.match(await searched(20), { text: /limit 21$/, values: [] })
  t.match(await searched(21), { text: /limit cast\(\$1 as bigint\)$/, values: ['22'] })
  const plans = stores.compiledPlanCount()
  t.match(await searched(99), { values: ['100'] })
  t.equal(stores.compiledPlanCount(), plans)
})

t.test('an operation is one statement', async (t) => {
  const stores = await openTestStores(t, samples)
  const [store, places] = [stores.store('everything'), stores.store('place')]
  let sent = stores.statements.length
  const isOne = async (promise: Promise<unknown>, what: string) => {
    await promise
    t.equal(stores.statements.length, sent + 1, what)
    sent = stores.statements.length
  }
  await isOne(places.create({ country: 'de', number: 1, title: 'x' }), 'create')
  const [place] = (await places.search()).results
  sent += 1
  const key = place?.key ?? ''
  await isOne(
    places.update(key, { title: 'y' }, { precondition: { kind: 'exists', attribute: 'title' } }),
    'update',
  )
  await isOne(places.update(key, {}), 'update of nothing')
  await isOne(places.read(key), 'read')
  await isOne(places.readBatch([key, key]), 'read batch')
  await isOne(places.search({ order: by('title'), after: ['a', 'de', 1] }), 'search')
  await isOne(
    store.search({ order: by('int'), after: [1, '00000000-0000-7000-8000-000000000001'] }),
    'search with nulls',
  )
  await isOne(places.count(), 'count')
  await isOne(places.delete(key), 'delete')
})
