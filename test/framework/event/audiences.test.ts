/** A change finds the audiences that it may concern, and those alone. */
import t from 'tap'
import type { Demand, Member } from '../../../framework/event/audience.ts'
import { createAudiences } from '../../../framework/event/audiences.ts'
import type { Change, WireItem } from '../../../framework/event/change.ts'
import { ALL, type Filter } from '../../../framework/filter/filter.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { accessToCards, cards, somebody } from '../../kit/cards.ts'
import { keeperRow } from '../../kit/live-cards.ts'

const letter = cards.resource('letter')
const stream = { name: 'letter', resource: letter, source: undefined, filter: undefined }

const untold = (): void => void t.fail('nobody is told anything here')
const member = (): Member => ({ take: untold, beginAnew: untold, lose: untold })

function demandOf(subject: string, box?: string): Demand {
  const caller = somebody(subject)
  const access = accessToCards('letter', caller) ?? openAccess(letter, caller)
  const filter: Filter =
    box === undefined ? ALL : { kind: 'compare', attribute: 'box_id', operator: 'eq', value: box }
  return { caller, access, asked: filter, filter, operations: ['create'] }
}

function changeOf(resource: string, after: WireItem): Change {
  return { position: 1, resource, operation: 'create', key: 'k', before: undefined, after }
}

t.test('rows are found by what is asked for, links by who is asked for', (t) => {
  const audiences = createAudiences(cards, stream)
  t.equal(audiences.isEmpty(), true)
  const everywhere = audiences.enter(member(), demandOf('ann'))
  const inB1 = audiences.enter(member(), demandOf('bob', 'b1'))
  const inB2 = audiences.enter(member(), demandOf('bob', 'b2'))
  const found = (resource: string, row: WireItem): unknown => {
    const concerned = audiences.concerned(changeOf(resource, row))
    const names = new Map([
      [everywhere, 'everywhere'],
      [inB1, 'b1'],
      [inB2, 'b2'],
    ])
    return concerned.map((one) => names.get(one)).sort()
  }
  t.same(found('letter', { id: 'l', text: '', box_id: 'b1' }), ['b1', 'everywhere'])
  t.same(found('letter', { id: 'l', text: '', box_id: 'b2' }), ['b2', 'everywhere'])
  t.same(found('keeper', keeperRow('b1', 'ann')), ['everywhere'])
  t.same(found('keeper', keeperRow('b1', 'bob')), ['b1', 'b2'])
  t.same(found('keeper', keeperRow('b1', 'cyd')), [])
  t.same(found('card', { id: 'c' }), [])
  t.end()
})

t.test('who sees the same is one audience, as long as somebody is in it', (t) => {
  const audiences = createAudiences(cards, stream)
  const [one, other] = [member(), member()]
  const audience = audiences.enter(one, demandOf('ann'))
  t.equal(audiences.enter(other, demandOf('ann')), audience)
  t.same(audiences.members(), [one, other])
  audiences.leave(one, audience)
  t.same(audiences.members(), [other])
  audiences.leave(other, audience)
  audiences.leave(other, audience)
  t.equal(audiences.isEmpty(), true)
  t.same(audiences.concerned(changeOf('keeper', keeperRow('b1', 'ann'))), [])
  t.not(audiences.enter(one, demandOf('ann')), audience)
  t.end()
})
