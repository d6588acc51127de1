/** Whoever watches a row is asked for again whenever its right may have gone, and every few seconds. */
import t from 'tap'
import { createPresenceRights, type Watcher } from '../../../framework/event/presence-rights.ts'
import type { Authorization } from '../../../framework/security/authorization.ts'
import { somebody } from '../../kit/cards.ts'
import { chat } from '../../kit/chat-resources.ts'
import { createGathering } from '../../kit/gathering.ts'
import { createManualClock } from '../../kit/manual-clock.ts'
import { createScriptedFeed } from '../../kit/scripted-feed.ts'

const [ann, bob] = [somebody('ann'), somebody('bob')]

function open() {
  const clock = createManualClock()
  const feed = createScriptedFeed()
  const denied = new Set<string>()
  const questions = createGathering<string>()
  const errors: unknown[] = []
  let beforeAnswer = () => Promise.resolve()
  const rights = createPresenceRights({
    clock,
    feed,
    async rightsIn(caller, resource, keys) {
      questions.add(`${String(caller.subject)} ${resource} ${keys.join()}`)
      await beforeAnswer()
      return keys.map((key) =>
        denied.has(`${String(caller.subject)} ${resource} ${key}`) ? 'none' : 'appear',
      )
    },
    registry: chat,
    linksUsed: (_caller, resource) =>
      resource === 'room'
        ? [
            { target: 'member', holders: ['room_id'] },
            { target: 'person', holders: undefined },
          ]
        : [],
    report: (error) => void errors.push(error),
  })
  const lost: string[] = []
  const watch = (resource: string, key: string, caller: () => Authorization) => {
    const watcher: Watcher = {
      resource,
      key,
      caller,
      learn: (right) => {
        if (right === 'appear') return
        lost.push(`${String(caller().subject)} ${resource} ${key}`)
        end()
      },
    }
    const end = rights.watch(watcher)
    return { watcher, end }
  }
  /** Lets time pass until so many more questions were asked and answered. */
  const ask = async (ms: number, count: number) => {
    const until = questions.all.length + count
    clock.advance(ms)
    await questions.until((all) => all.length >= until)
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    return questions.all.slice(until - count)
  }
  const change = (resource: string, key: string) =>
    feed.commit({ resource, operation: 'update', key })
  return {
    clock, feed, denied, questions, errors, rights, lost, watch, ask, change,
    answerAfter: (promise: Promise<undefined>) => (beforeAnswer = () => promise),
  } // prettier-ignore
}

t.test('every five seconds all are asked for, each caller once for a resource', async (t) => {
  const { watch, ask, denied, lost, questions, clock } = open()
  watch('room', '1', () => ann)
  watch('room', '1', () => ann)
  watch('room', '2', () => ann)
  watch('note', '1', () => ann)
  watch('room', '1', () => bob)
  t.same(await ask(5020, 3), ['ann room 1,2', 'ann note 1', 'bob room 1'])
  t.same(lost, [])
  denied.add('ann room 1').add('bob room 2')
  await ask(5000, 3)
  t.same(lost, ['ann room 1', 'ann room 1'])
  t.same(await ask(5000, 3), ['ann room 2', 'ann note 1', 'bob room 1'])
  t.equal(questions.all.length, 9)
  clock.advance(1000)
  t.equal(questions.all.length, 9, 'and not in between')
})

t.test(
  'a change of the row asks for those who watch it, a change that decides for all it may concern',
  async (t) => {
    const { watch, ask, change, questions, clock, feed } = open()
    watch('room', '1', () => ann)
    watch('room', '2', () => bob)
    watch('note', '1', () => bob)
    change('room', '1')
    t.same(await ask(20, 1), ['ann room 1'])
    change('person', 'ann')
    t.same(await ask(20, 2), ['ann room 1', 'bob room 2'])
    const membership = { resource: 'member', key: 'm' }
    feed.commit({ ...membership, operation: 'delete', before: { room_id: '2', person_id: 'bob' } })
    t.same(await ask(20, 1), ['bob room 2'])
    const [before, after] = [{ room_id: '1' }, { room_id: '2' }]
    feed.commit({ ...membership, operation: 'update', before, after })
    t.same(await ask(20, 2), ['ann room 1', 'bob room 2'])
    feed.commit({ ...membership, operation: 'create', after: { room_id: '3' } })
    change('note', '2')
    change('post', '1')
    clock.advance(1000)
    t.equal(questions.all.length, 6)
  },
)

t.test('a log that begins anew asks for all', async (t) => {
  const { watch, ask, feed, change } = open()
  watch('room', '1', () => ann)
  watch('note', '1', () => bob)
  feed.restart('e2')
  change('post', '1')
  t.same(await ask(20, 2), ['ann room 1', 'bob note 1'])
})

t.test('changes while it asks are asked about afterwards', async (t) => {
  const { watch, ask, change, denied, lost, answerAfter, clock, questions } = open()
  watch('room', '1', () => ann)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  answerAfter(promise)
  change('room', '1')
  clock.advance(20)
  t.equal(questions.all.length, 1)
  change('room', '1')
  clock.advance(1000)
  t.equal(questions.all.length, 1)
  resolve(undefined)
  await promise
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  denied.add('ann room 1')
  await ask(20, 1)
  t.same(lost, ['ann room 1'])
})

t.test('an answer for somebody who left, or is somebody else by now, takes nothing', async (t) => {
  const { watch, change, denied, lost, answerAfter, clock, rights, ask } = open()
  let caller = ann
  const { end } = watch('room', '1', () => bob)
  const { watcher } = watch('room', '1', () => caller)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  answerAfter(promise)
  denied.add('ann room 1').add('bob room 1')
  change('room', '1')
  clock.advance(20)
  end()
  const fresh = somebody('ann', { scopes: ['admin'] })
  caller = fresh
  resolve(undefined)
  await promise
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
  t.same(lost, [])
  rights.recheck(watcher)
  await ask(20, 1)
  t.same(lost, ['ann room 1'])
})

t.test('what can not be asked is reported, and asked again', async (t) => {
  const { watch, ask, denied, lost, errors, answerAfter } = open()
  watch('room', '1', () => ann)
  denied.add('ann room 1')
  answerAfter(Promise.reject(new RangeError('away')))
  await ask(5020, 1)
  t.match(errors, [{ message: 'away' }])
  t.same(lost, [])
  answerAfter(Promise.resolve(undefined))
  await ask(5000, 1)
  t.same(lost, ['ann room 1'])
})

t.test('with its end nothing is asked any more', (t) => {
  const { watch, rights, clock, change, questions } = open()
  const { watcher } = watch('room', '1', () => ann)
  change('room', '1')
  rights.close()
  rights.recheck(watcher)
  change('room', '1')
  clock.advance(60_000)
  t.same(questions.all, [])
  t.equal(clock.size, 0)
  t.end()
})
