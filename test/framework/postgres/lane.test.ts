/** Who goes when on a single connection. */

import t from 'tap'

import { createLane } from '../../../framework/postgres/lane.ts'

/** When everything that can go has gone. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

t.test('statements go side by side, and one that is alone waits for nobody', async (t) => {
  const lane = createLane()
  t.ok(lane.isFree())
  await Promise.all([lane.enter(), lane.enter()])
  t.ok(lane.isFree())
  const leave = await lane.enterAlone()
  t.notOk(lane.isFree())
  leave()
  t.ok(lane.isFree())
})

t.test('all go in the order in which they came', async (t) => {
  const lane = createLane()
  const went: string[] = []
  const leaveFirst = await lane.enterAlone()
  const enter = (name: string) => void lane.enter().then(() => went.push(name))
  enter('a')
  enter('b')
  const second = lane.enterAlone()
  enter('c')
  const third = lane.enterAlone()
  await turn()
  t.same(went, [])

  leaveFirst()
  const leaveSecond = await second
  await turn()
  t.same(went, ['a', 'b'])
  leaveFirst()
  t.notOk(lane.isFree(), 'to leave twice is to leave once')

  leaveSecond()
  const leaveThird = await third
  t.same(went, ['a', 'b', 'c'])
  leaveThird()
  t.ok(lane.isFree())
})
