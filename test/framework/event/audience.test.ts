/** Those who see the same are judged as one, and told when there is nothing left to see. */
import t from 'tap'
import type { Change } from '../../../framework/event/change.ts'
import { audienceKeyOf, createAudience, type Demand } from '../../../framework/event/audience.ts'
import { ALL, type Filter } from '../../../framework/filter/filter.ts'
import type { MatchItem } from '../../../framework/filter/match.ts'
import { openAccess } from '../../../framework/security/access.ts'
import type { Authorization } from '../../../framework/security/authorization.ts'
import { accessToCards, cards, somebody } from '../../kit/cards.ts'
import { keeperRow } from '../../kit/live-cards.ts'

const letter = cards.resource('letter')
const IN_B1: Filter = { kind: 'compare', attribute: 'box_id', operator: 'eq', value: 'b1' }

function demandOf(caller: Authorization, filter: Filter = ALL): Demand {
  const access = accessToCards('letter', caller) ?? openAccess(letter, caller)
  return { caller, access, asked: filter, filter, operations: ['create', 'update', 'delete'] }
}

const left: Change = {
  position: 1,
  resource: 'keeper',
  operation: 'delete',
  key: 'k',
  before: keeperRow('b1', 'ann'),
  after: undefined,
}

t.test('rights, filter and operations tell audiences apart, and nothing else does', (t) => {
  const ann = demandOf(somebody('ann'))
  t.equal(audienceKeyOf(ann), audienceKeyOf(demandOf(somebody('ann', { scopes: ['x'] }))))
  t.not(audienceKeyOf(ann), audienceKeyOf(demandOf(somebody('bob'))))
  t.not(audienceKeyOf(ann), audienceKeyOf(demandOf(somebody('ann'), IN_B1)))
  t.not(audienceKeyOf(ann), audienceKeyOf({ ...ann, operations: ['create'] }))
  t.end()
})

t.test('a right that goes turns what is covered, or takes it whole', (t) => {
  const rowsOf = (_join: unknown, row: MatchItem) => (Object.keys(row).length > 0 ? [] : undefined)
  const all = createAudience(cards, letter, demandOf(somebody('ann')))
  const inBox = createAudience(cards, letter, demandOf(somebody('ann'), IN_B1))
  const other = createAudience(cards, letter, demandOf(somebody('bob')))
  t.equal(all.turn(left, { rowsOf }), 'turns')
  t.equal(inBox.turn(left, { rowsOf }), 'is lost')
  t.equal(other.turn(left, { rowsOf }), 'stays')
  t.equal(all.turn({ ...left, resource: 'card' }, { rowsOf }), 'stays')
  const still = (join: { readonly target: string }) =>
    join.target === 'box' ? [{ id: 'b1' }] : [keeperRow('b1', 'ann')]
  t.equal(inBox.turn(left, { rowsOf: still }), 'turns', 'there is another way to see them')
  t.end()
})
