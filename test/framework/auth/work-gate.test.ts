/** That a gate bounds what runs and what waits, keeps the order, and survives work that fails. */
import t from 'tap'

import { createWorkGate } from '../../../framework/auth/work-gate.ts'

const BOUNDS = { concurrency: 2, queueLimit: 3, refusal: 'Too busy.' }

/** Work that ends when it is told to, and the order in which such works began. */
function controlledWork() {
  const begun: number[] = []
  const ends = Array.from({ length: 10 }, () => Promise.withResolvers<void>())
  const work = (index: number) => async () => {
    begun.push(index)
    await ends[index]?.promise
    return index
  }
  return { begun, ends, work }
}

t.test('so many run, so many wait in order, the next is refused before it starts', async (t) => {
  const gate = createWorkGate(BOUNDS)
  const { begun, ends, work } = controlledWork()
  const running = [0, 1, 2, 3, 4].map((index) => gate.run(work(index)))
  t.same(begun, [0, 1])
  await t.rejects(gate.run(work(5)), {
    name: 'UnavailableError',
    message: 'Too busy.',
    retryAfterSeconds: 1,
  })
  ends[1]?.resolve()
  t.equal(await running[1], 1)
  t.same(begun, [0, 1, 2])
  for (const end of ends) end.resolve()
  t.same(await Promise.all(running), [0, 1, 2, 3, 4])
  t.same(begun, [0, 1, 2, 3, 4])
})

t.test('work that fails passes its error on and gives its place back', async (t) => {
  const gate = createWorkGate({ ...BOUNDS, concurrency: 1, queueLimit: 0 })
  const fail = () => Promise.reject(new RangeError('broken'))
  for (let round = 0; round < 3; round++) await t.rejects(gate.run(fail), { message: 'broken' })
  const throwAtOnce = () => {
    throw new RangeError('at once')
  }
  await t.rejects(gate.run(throwAtOnce), { message: 'at once' })
  t.equal(await gate.run(async () => 7), 7)
})

t.test('nobody slips in before one who waits', async (t) => {
  const gate = createWorkGate({ ...BOUNDS, concurrency: 1 })
  const { begun, ends, work } = controlledWork()
  const first = gate.run(work(0))
  const second = gate.run(work(1))
  ends[0]?.resolve()
  await first
  const third = gate.run(work(2))
  t.same(begun, [0, 1])
  for (const end of ends) end.resolve()
  await Promise.all([second, third])
  t.same(begun, [0, 1, 2])
})

t.test('bounds that let nothing pass are refused', async (t) => {
  for (const bounds of [{ concurrency: 0 }, { concurrency: NaN }, { queueLimit: -1 }]) {
    t.throws(() => createWorkGate({ ...BOUNDS, ...bounds }), { name: 'DeclarationError' })
  }
})
