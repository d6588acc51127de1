/** Tests outgoing.ts: that messages go out together and in turn, and that those that can't never pile up. */
import t from 'tap'
import type { Clock } from '../../../framework/event/clock.ts'
import { createOutgoing, type Packets } from '../../../framework/bus/outgoing.ts'
import { unpack } from '../../../framework/bus/packet.ts'
import { createEagerClock } from '../../kit/eager-clock.ts'
import { createGathering } from '../../kit/gathering.ts'
import { createManualClock } from '../../kit/manual-clock.ts'

const open = (
  send: (packets: Packets) => Promise<void> = async () => undefined,
  clock: Clock = createEagerClock(),
) => {
  const sent = createGathering<Packets>()
  const outgoing = createOutgoing({
    maxBytes: 100_000,
    paceMs: 10,
    clock,
    send(packets) {
      sent.add(packets)
      return send(packets)
    },
  })
  return { sent, outgoing }
}
const told = (packets: Packets | undefined): readonly unknown[] =>
  packets?.map(([topic, packet]) => [topic, unpack(packet)]) ?? []

t.test('messages of one moment go out together, a packet for each topic', async (t) => {
  const { sent, outgoing } = open()
  outgoing.add('log', 'a')
  outgoing.add('outbox', '')
  outgoing.add('log', 'b')
  await sent.until((all) => all.length === 1)
  t.same(told(sent.all[0]), [['log', ['a', 'b']], ['outbox', ['']]]) // prettier-ignore
  await outgoing.close()
})

t.test('what does not fit goes next, and so does what comes meanwhile', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  const { sent, outgoing } = open(() => gate.promise)
  for (const letter of 'abc') outgoing.add('log', letter.repeat(40_000))
  await sent.until((all) => all.length === 1)
  outgoing.add('presence', 'who')
  gate.resolve(undefined)
  await sent.until((all) => all.length === 2)
  t.same(told(sent.all[1]), [['log', ['c'.repeat(40_000)]], ['presence', ['who']]]) // prettier-ignore
  await outgoing.close()
})

t.test('while nothing goes out the oldest are lost', async (t) => {
  const gate = Promise.withResolvers<undefined>()
  const { sent, outgoing } = open(() => gate.promise)
  outgoing.add('log', 'first')
  await sent.until((all) => all.length === 1)
  for (let count = 0; count < 50; count += 1) outgoing.add('log', String(count).padEnd(50_000))
  gate.resolve(undefined)
  await sent.until((all) => told(all.at(-1)).flat(2).includes('49'.padEnd(50_000)))
  const texts = sent.all.slice(1).flatMap((packets) => unpack(packets[0]?.[1] ?? ''))
  t.same(texts.map((text) => Number(text)), Array.from({ length: 20 }, (_, at) => at + 30)) // prettier-ignore
  await outgoing.close()
})

t.test('what failed is lost, and the rest goes on; after the end nothing does', async (t) => {
  const { sent, outgoing } = open(async () => {
    throw new RangeError('away')
  })
  outgoing.add('log', 'a')
  await sent.until((all) => all.length === 1)
  outgoing.add('log', 'b')
  await sent.until((all) => all.length === 2)
  t.same(told(sent.all[1]), [['log', ['b']]])
  outgoing.add('log', 'c')
  outgoing.clear()
  outgoing.add('log', 'd')
  await sent.until((all) => all.length === 3)
  t.same(told(sent.all[2]), [['log', ['d']]])
  outgoing.add('log', 'e')
  await outgoing.close()
  t.same(told(sent.all[3]), [['log', ['e']]], 'the last words are sent')
  outgoing.add('log', 'f')
  await outgoing.close()
  t.equal(sent.all.length, 4)
})

t.test('one sending waits for its turn behind the other', async (t) => {
  const clock = createManualClock()
  const { sent, outgoing } = open(undefined, clock)
  outgoing.add('log', 'a')
  clock.advance(0)
  t.equal(sent.all.length, 1, 'the first one goes at once')
  await new Promise((resolve) => setImmediate(resolve)) // it has been sent by then
  outgoing.add('log', 'b')
  clock.advance(9)
  t.equal(sent.all.length, 1)
  clock.advance(1)
  t.equal(sent.all.length, 2)
  await outgoing.close()
})
