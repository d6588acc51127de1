/** A room hands on what was committed in order, whatever it has to wait for. */
import t from 'tap'
import type { Demand, Member } from '../../../framework/event/audience.ts'
import type { ChangeBatch, Cursor } from '../../../framework/event/change.ts'
import { createLinkRows } from '../../../framework/event/link-rows.ts'
import { createRoom } from '../../../framework/event/room.ts'
import { ALL } from '../../../framework/filter/filter.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { accessToCards, cardCreated, cards } from '../../kit/cards.ts'
import { settle } from '../../kit/live-cards.ts'

const card = cards.resource('card')
const access = accessToCards('card', ANONYMOUS) ?? openAccess(card, ANONYMOUS)
const DEMAND: Demand = {
  caller: ANONYMOUS,
  access,
  asked: ALL,
  filter: ALL,
  operations: ['create', 'update', 'delete'],
}

function member(): Member & { readonly told: string[] } {
  const told: string[] = []
  return {
    told,
    take: (_frame, { position }) => void told.push(String(position)),
    beginAnew: () => void told.push('anew'),
    lose: () => void told.push('lost'),
  }
}

function batch(
  epoch: string,
  first: number,
  ...facts: readonly ('clear' | 'unclear')[]
): ChangeBatch {
  const changes = facts.map((kind, index) => {
    const change = { before: undefined, after: undefined, ...cardCreated('c') }
    const after = kind === 'clear' ? change.after : { id: 'c', text: '', author: 'ann' }
    return { ...change, after, position: first + index }
  })
  return { epoch, changes }
}

function open(at: Cursor = { epoch: 'e1', position: 0 }) {
  const reports: unknown[] = []
  const answers: PromiseWithResolvers<readonly string[] | undefined>[] = []
  const room = createRoom({
    registry: cards,
    stream: { name: 'card', resource: card, source: undefined, filter: undefined },
    links: createLinkRows(() => Promise.resolve([])),
    seeNow() {
      const answer = Promise.withResolvers<readonly string[] | undefined>()
      answers.push(answer)
      return answer.promise
    },
    report: (error) => void reports.push(error),
    feedAt: () => at,
  })
  return { room, reports, answers }
}

t.test('everybody is told at once what memory can tell', (t) => {
  const { room } = open()
  const [one, other] = [member(), member()]
  const audience = room.enter(one, DEMAND)
  room.enter(other, DEMAND)
  room.push(batch('e1', 1, 'clear', 'clear'))
  room.leave(one, audience)
  room.push(batch('e1', 3, 'clear'))
  t.same([one.told, other.told], [['1', '2'], ['1', '2', '3']]) // prettier-ignore
  t.same(room.place(), { epoch: 'e1', position: 3 })
  t.end()
})

t.test('what waits for the database holds up what comes after it', async (t) => {
  const { room, answers } = open()
  const one = member()
  room.enter(one, DEMAND)
  room.push(batch('e1', 1, 'clear', 'unclear'))
  room.push(batch('e1', 3, 'clear'))
  await settle()
  t.same(one.told, [])
  t.same(room.place(), { epoch: 'e1', position: 0 })
  answers[0]?.resolve(['id'])
  await settle()
  t.same(one.told, ['1', '2', '3'])
  t.equal(answers.length, 1)
})

t.test('what can not be told is reported, and everybody begins anew behind it', async (t) => {
  const { room, answers, reports } = open()
  const one = member()
  room.enter(one, DEMAND)
  room.push(batch('e1', 1, 'unclear', 'clear'))
  room.push(batch('e1', 3, 'clear'))
  answers[0]?.reject(new RangeError('away'))
  await settle()
  t.same(one.told, ['anew', '3'])
  t.match(reports, [{ message: 'away' }])
})

t.test('another epoch forgets what waits', async (t) => {
  const { room, answers } = open()
  const one = member()
  room.enter(one, DEMAND)
  room.push(batch('e1', 1, 'unclear'))
  room.push(batch('e2', 1, 'clear'))
  answers[0]?.resolve(['id'])
  await settle()
  t.same(one.told, ['anew', '1'])
  t.same(room.place(), { epoch: 'e2', position: 1 })
})

t.test('an empty room goes on', (t) => {
  const { room } = open()
  room.push(batch('e1', 1, 'unclear', 'clear'))
  t.same(room.place(), { epoch: 'e1', position: 2 })
  t.end()
})

t.test('an epoch that begins with nothing begins where the feed stands', (t) => {
  const { room } = open({ epoch: 'e1', position: 7 })
  room.push(batch('e0', 1))
  t.same(room.place(), { epoch: 'e1', position: 7 })
  t.end()
})
