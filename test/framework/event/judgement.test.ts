/** What only the database can tell is gathered, asked once, and kept for as long as one judges. */
import t from 'tap'
import { createAudience, type Demand } from '../../../framework/event/audience.ts'
import type { Change, WireItem } from '../../../framework/event/change.ts'
import type { Stream } from '../../../framework/event/channel.ts'
import { createJudgement, type SeeNow } from '../../../framework/event/judgement.ts'
import { createLinkRows } from '../../../framework/event/link-rows.ts'
import { ALL } from '../../../framework/filter/filter.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { accessToCards, cards, somebody } from '../../kit/cards.ts'

const STREAM: Stream = {
  name: 'on_card',
  resource: cards.resource('card'),
  source: 'create',
  filter: undefined,
}
/** Its log entry does not hold what the rule is about. */
const UNCLEAR: WireItem = { id: 'c', text: 'a', author: 'ann' }

function changeOf(after: WireItem, facts: Partial<Change> = {}): Change {
  return {
    position: 7,
    resource: 'card',
    operation: 'create',
    key: 'c',
    before: undefined,
    after,
    ...facts,
  }
}

function open(seeNow: SeeNow, stream: Partial<Stream> = {}) {
  const reports: unknown[] = []
  const judgement = createJudgement({
    stream: { ...STREAM, ...stream },
    epoch: 'e1',
    links: createLinkRows(() => Promise.resolve([])),
    seeNow,
    report: (error) => void reports.push(error),
  })
  const caller = somebody('bob')
  const access = accessToCards('card', caller) ?? openAccess(STREAM.resource, caller)
  const demand: Demand = { caller, access, asked: ALL, filter: ALL, operations: ['create'] }
  return { judgement, reports, audience: createAudience(cards, STREAM.resource, demand) }
}

t.test('a question is asked once, and its answer kept', async (t) => {
  let asked = 0
  const { judgement, audience } = open(() => Promise.resolve((asked += 1) > 0 ? ['id'] : undefined))
  const change = changeOf(UNCLEAR)
  t.equal(judgement.judge(change, audience), undefined)
  t.equal(judgement.isMissing(), true)
  await judgement.load()
  const verdict = judgement.judge(change, audience)
  t.equal(judgement.isMissing(), false)
  t.match(verdict, { cursor: { epoch: 'e1', position: 7 } })
  t.same(judgement.judge(change, audience), verdict)
  t.equal(asked, 1)
})

t.test('a question that fails is told to who asked', async (t) => {
  const { judgement, audience } = open(() => Promise.reject(new RangeError('away')))
  judgement.judge(changeOf(UNCLEAR), audience)
  await t.rejects(judgement.load(), { message: 'away' })
})

t.test('only changes of the source that pass the filter are events', (t) => {
  const { judgement, audience } = open(() => Promise.resolve(undefined), {
    filter: ({ text }) => text !== 'no',
  })
  const seen = { ...UNCLEAR, is_public: true, draft: null }
  t.ok(judgement.judge(changeOf(seen), audience))
  t.equal(judgement.judge(changeOf({ ...seen, text: 'no' }), audience), undefined)
  t.equal(judgement.judge(changeOf(seen, { operation: 'update' }), audience), undefined)
  t.equal(judgement.judge(changeOf(seen, { resource: 'letter' }), audience), undefined)
  t.equal(judgement.isMissing(), false)
  t.end()
})

t.test('a filter that throws is reported once, and told as a gap', (t) => {
  const { judgement, audience, reports } = open(() => Promise.resolve(undefined), {
    filter: () => {
      throw new RangeError('broken')
    },
  })
  const change = changeOf(UNCLEAR)
  t.same([judgement.judge(change, audience), judgement.judge(change, audience)], [
    'resync', 'resync',
  ]) // prettier-ignore
  t.match(reports, [{ message: 'broken' }])
  t.equal(reports.length, 1)
  t.end()
})
