/** Rows that links lead to are loaded once for all, and never kept beyond a change of them. */
import t from 'tap'
import type { WireItem } from '../../../framework/event/change.ts'
import {
  createLinkRows,
  type LinkedRowsQuery,
  type LinkQuestion,
} from '../../../framework/event/link-rows.ts'

const KEEPERS = { target: 'keeper', on: [{ local: 'id', remote: 'box_id' }] }
const BOX = { target: 'box', on: [{ local: 'box_id', remote: 'id' }] }
const keeper = (box_id: string, person: string): WireItem => ({ box_id, person })

function open() {
  const rows: WireItem[] = [keeper('b1', 'ann'), keeper('b1', 'bob'), keeper('b2', 'cyd')]
  const queries: LinkedRowsQuery[] = []
  let limit = 100
  let before: () => Promise<void> = () => Promise.resolve()
  const links = createLinkRows(async (query) => {
    queries.push(query)
    const [attribute = ''] = query.attributes
    const found = rows.filter((row) => query.groups.some(([value]) => row[attribute] === value))
    await before()
    return found.length > limit ? undefined : found
  })
  const people = (question: LinkQuestion, id: unknown): unknown =>
    question.context.rowsOf?.(KEEPERS, { id })?.map(({ person }) => person)
  const ask = async (...ids: readonly unknown[]): Promise<readonly unknown[]> => {
    const question = links.ask()
    for (const id of ids) people(question, id)
    if (question.isMissing()) await question.load()
    return ids.map((id) => people(question, id))
  }
  return {
    links,
    rows,
    queries,
    people,
    ask,
    limitTo: (most: number) => (limit = most),
    beforeAnswer: (wait: () => Promise<void>) => (before = wait),
  }
}

t.test('what is missing is loaded in one query, and then known to everybody', async (t) => {
  const { ask, queries } = open()
  t.same(await ask('b1', 'b2', 'b3'), [['ann', 'bob'], ['cyd'], []])
  t.same(await ask('b2', 'b3'), [['cyd'], []])
  t.same(queries, [
    { resource: 'keeper', attributes: ['box_id'], groups: [['b1'], ['b2'], ['b3']] },
  ])
})

t.test(
  'a row that lacks the value leads nowhere that could be told, null to no rows',
  async (t) => {
    const { links, people } = open()
    const question = links.ask()
    t.equal(people(question, undefined), undefined)
    t.same(people(question, null), [])
    t.equal(question.isMissing(), false)
  },
)

t.test('each join is loaded by itself', async (t) => {
  const { links, queries } = open()
  const question = links.ask()
  question.context.rowsOf?.(KEEPERS, { id: 'b1' })
  question.context.rowsOf?.(BOX, { box_id: 'b1' })
  await question.load()
  t.same(
    queries.map(({ resource }) => resource),
    ['keeper', 'box'],
  )
})

t.test('a change makes what it is about be loaded anew, before and after it', async (t) => {
  const { links, rows, ask, queries } = open()
  await ask('b1', 'b2', 'b3')
  rows.push(keeper('b3', 'dan'))
  links.forget({ resource: 'keeper', before: keeper('b1', 'x'), after: keeper('b3', 'dan') })
  links.forget({ resource: 'box', before: undefined, after: { id: 'b2' } })
  t.same(await ask('b1', 'b2', 'b3'), [['ann', 'bob'], ['cyd'], ['dan']])
  t.same(queries[1]?.groups, [['b1'], ['b3']])
  links.forget({ resource: 'keeper', before: undefined, after: { person: 'ann' } })
  await ask('b1', 'b2')
  t.same(queries[2]?.groups, [['b1'], ['b2']], 'a row that does not tell may be any')
  links.forgetAll()
  await ask('b1')
  t.equal(queries.length, 4)
})

t.test('what changes while it is loaded is not kept', async (t) => {
  const { links, rows, ask, beforeAnswer, queries } = open()
  beforeAnswer(() => {
    rows.splice(0, 1)
    links.forget({ resource: 'keeper', before: keeper('b1', 'ann'), after: undefined })
    return Promise.resolve()
  })
  t.same(await ask('b1'), [['ann', 'bob']], 'who asked before the change is answered')
  beforeAnswer(() => Promise.resolve())
  t.same(await ask('b1'), [['bob']])
  t.equal(queries.length, 2)
})

t.test('a load that fails is tried again by the next who asks', async (t) => {
  const { ask, beforeAnswer } = open()
  beforeAnswer(() => Promise.reject(new RangeError('away')))
  await t.rejects(ask('b1'), { message: 'away' })
  beforeAnswer(() => Promise.resolve())
  t.same(await ask('b1'), [['ann', 'bob']])
})

t.test('too many rows can not be told, and those of others can', async (t) => {
  const { ask, limitTo, queries } = open()
  limitTo(1)
  t.same(await ask('b1', 'b2'), [undefined, ['cyd']])
  t.equal(queries.length, 3)
  t.same(await ask('b1'), [undefined], 'and are not asked for again')
  t.equal(queries.length, 3)
})

t.test('two who load the same by turns each have what they loaded', async (t) => {
  const { links, people, beforeAnswer } = open()
  const gates = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  let asked = 0
  beforeAnswer(async () => gates[asked++]?.promise)
  const [one, other] = [links.ask(), links.ask()]
  people(one, 'b1')
  const first = one.load()
  people(other, 'b1')
  const second = other.load()
  gates[0]?.resolve(undefined)
  await first
  t.same(people(one, 'b1'), ['ann', 'bob'], 'while the other still loads')
  t.equal(one.isMissing(), false)
  gates[1]?.resolve(undefined)
  await second
  t.same(people(other, 'b1'), ['ann', 'bob'])
})
