/** Which changes of other tables turn what a filter covers. */
import t from 'tap'
import type { WireItem } from '../../../framework/event/change.ts'
import { isTurnedBy, linkTermsOf, type LinkTerm } from '../../../framework/event/link-terms.ts'
import { and, not, or, type Filter } from '../../../framework/filter/filter.ts'
import type { MatchContext } from '../../../framework/filter/match.ts'
import { accessToCards, cards, somebody } from '../../kit/cards.ts'
import { keeperRow } from '../../kit/live-cards.ts'

const READ = accessToCards('letter', somebody('ann'))?.read ?? { kind: 'none' as const }
const NOTHING: MatchContext = { rowsOf: () => [] }

function termsOf(fixed: WireItem = {}, filter: Filter = READ): readonly LinkTerm[] {
  return linkTermsOf(cards, { resource: cards.resource('letter'), filters: [filter], fixed })
}

function keeperTerm(fixed?: WireItem): LinkTerm {
  const found = termsOf(fixed).find(({ join }) => join.target === 'keeper')
  if (found === undefined) throw new TypeError('the rule asks for keepers')
  return found
}

t.test('every term over a link is found, wherever it stands', (t) => {
  const targets = (filter: Filter): readonly string[] =>
    termsOf({}, filter).map(({ join }) => join.target)
  t.same(targets(READ), ['box', 'keeper'])
  t.same(targets(not(READ)), ['box', 'keeper'])
  t.same(targets(or(and(READ, { kind: 'exists', attribute: 'text' }), not(READ))), [
    'box', 'keeper', 'box', 'keeper',
  ]) // prettier-ignore
  t.same(targets({ kind: 'all' }), [])
  t.same(keeperTerm().cover, [{ attribute: 'person', value: 'ann' }])
  t.end()
})

t.test('what a term asks for turns it when it comes, goes or moves', (t) => {
  const [ann, bob] = [keeperRow('b1', 'ann'), keeperRow('b1', 'bob')]
  const table: readonly (readonly [WireItem | undefined, WireItem | undefined, boolean])[] = [
    [undefined, ann, true],
    [ann, undefined, true],
    [undefined, bob, false],
    [ann, ann, false],
    [ann, bob, true],
    [ann, keeperRow('b2', 'ann'), true],
    [bob, keeperRow('b2', 'bob'), false],
  ]
  for (const [before, after, isTurned] of table) {
    const change = { before, after }
    t.equal(isTurnedBy(keeperTerm(), change, NOTHING), isTurned, JSON.stringify(change))
  }
  t.equal(isTurnedBy(keeperTerm(), { before: undefined, after: { box_id: 'b1' } }, NOTHING), true)
  t.end()
})

t.test('a row that comes turns nothing that can lead to it only once it is there', (t) => {
  const [box] = termsOf().filter(({ join }) => join.target === 'box')
  if (box === undefined) throw new TypeError('the rule asks for boxes')
  const unknown: MatchContext = { rowsOf: () => undefined }
  t.equal(isTurnedBy(box, { before: undefined, after: { id: 'b1' } }, unknown), false)
  t.equal(isTurnedBy(box, { before: { id: 'b1' }, after: undefined }, unknown), true, 'it goes')
  t.equal(isTurnedBy(box, { before: { id: 'b1' }, after: { id: 'b1' } }, unknown), true)
  const loose = isTurnedBy(
    { ...box, isHeld: false },
    { before: undefined, after: { id: 'b1' } },
    unknown,
  )
  t.equal(loose, true, 'where the database does not hold it')
  t.equal(keeperTerm().isHeld, false, 'the other way round')
  t.end()
})

t.test('links from rows that do not count turn nothing, over any number of tables', (t) => {
  const change = { before: undefined, after: keeperRow('b1', 'ann') }
  t.equal(isTurnedBy(keeperTerm({ box_id: 'b2' }), change, NOTHING), false)
  t.equal(isTurnedBy(keeperTerm({ box_id: 'b1' }), change, NOTHING), true)
  t.end()
})
