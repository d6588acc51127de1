/** What every bus promises: the same suite for each of them. */
import type { Test } from 'tap'
import type { Bus, BusTopic } from '../../framework/event/bus.ts'
import { createGathering, type Gathering } from '../kit/gathering.ts'

/** A kind of bus. */
export interface BusKind {
  /** Joins as one more process, and waits until it is reached. What the bus complains of is gathered. */
  connect(t: Test, onError: (error: unknown) => void): Promise<Bus>
  /** Cuts every connection of the bus; absent: there are none. */
  readonly cut?: () => Promise<void>
}

/** A process on the bus, and what it has heard. */
interface Member {
  readonly bus: Bus
  readonly heard: Gathering<string>
  readonly gaps: Gathering<true>
  readonly errors: unknown[]
}

const TOPICS: readonly BusTopic[] = ['outbox', 'log', 'presence', 'jobs']

/** Adds the suite. */
export function testBus(t: Test, kind: BusKind): void {
  const join = async (t: Test): Promise<Member> => {
    const errors: unknown[] = []
    const bus = await kind.connect(t, (error) => errors.push(error))
    const heard = createGathering<string>()
    const gaps = createGathering<true>()
    for (const topic of TOPICS) bus.receive(topic, (text) => heard.add(`${topic} ${text}`))
    bus.onGap(() => gaps.add(true))
    t.teardown(() => bus.close())
    return { bus, heard, gaps, errors }
  }
  const three = async (t: Test): Promise<readonly [Member, Member, Member]> => [
    await join(t),
    await join(t),
    await join(t),
  ]
  const has =
    (...texts: readonly string[]) =>
    (all: readonly string[]): boolean =>
      texts.every((text) => all.includes(text))

  t.test(
    'a message reaches every other process, under its topic, and not its sender',
    async (t) => {
      const [one, two, three_] = await three(t)
      one.bus.send('log', 'from one')
      await Promise.all([two, three_].map(({ heard }) => heard.until(has('log from one'))))
      two.bus.send('presence', 'from two')
      await Promise.all([one, three_].map(({ heard }) => heard.until(has('presence from two'))))
      t.same(one.heard.all, ['presence from two'])
      t.same(two.heard.all, ['log from one'])
    },
  )

  t.test('messages of any text arrive as they were, many in one moment too', async (t) => {
    const [one, two] = await three(t)
    const texts = ['', '3:abc', 'a\nb "c" \\ d', 'Ä 漢 🙂', '{"a":[1]}', 'x'.repeat(one.bus.maxBytes)] // prettier-ignore
    for (const text of texts) one.bus.send('presence', text)
    const many = Array.from({ length: 500 }, (_, at) => `number ${String(at)}`)
    for (const text of many) one.bus.send('presence', text)
    const expected = [...texts, ...many].map((text) => `presence ${text}`)
    await two.heard.until((all) => all.length >= expected.length)
    t.same(two.heard.all, expected)
  })

  t.test('a message that is too long is lost without a word, and the next arrives', async (t) => {
    const [one, two] = await three(t)
    one.bus.send('log', 'x'.repeat(one.bus.maxBytes + 1))
    one.bus.send('log', 'é'.repeat(one.bus.maxBytes / 2 + 1))
    one.bus.send('log', 'next')
    await two.heard.until(has('log next'))
    t.same(two.heard.all, ['log next'])
    t.same(one.errors, [])
  })

  t.test('who has ended to receive hears nothing, and one that throws stops nobody', async (t) => {
    const [one, two] = await three(t)
    const early: string[] = []
    const end = two.bus.receive('log', (text) => early.push(text))
    two.bus.receive('log', () => {
      throw new RangeError('no')
    })
    const late = createGathering<string>()
    two.bus.receive('log', (text) => late.add(text))
    one.bus.send('log', 'a')
    await late.until(has('a'))
    end()
    one.bus.send('log', 'b')
    await late.until(has('a', 'b'))
    t.same(early, ['a'])
    t.match(two.errors, [{ message: 'no' }, { message: 'no' }])
  })

  t.test('one that is closed neither hears nor tells, and can be closed again', async (t) => {
    const [one, two, three_] = await three(t)
    await two.bus.close()
    await two.bus.close()
    two.bus.send('log', 'from the closed')
    one.bus.send('log', 'to the others')
    await three_.heard.until(has('log to the others'))
    t.same(three_.heard.all, ['log to the others'])
    t.same(two.heard.all, [])
    t.same(two.errors, [])
  })

  const { cut } = kind
  if (cut === undefined) return

  t.test('a bus that went away comes back by itself, and says that there was a gap', async (t) => {
    const [one, two, three_] = await three(t)
    for (let round = 1; round <= 2; round += 1) {
      const before = [one, two, three_].map(({ gaps }) => gaps.all.length)
      await cut()
      await Promise.all(
        [one, two, three_].map(({ gaps }, at) =>
          gaps.until((all) => all.length > (before[at] ?? 0)),
        ),
      )
      const text = `round ${String(round)}`
      one.bus.send('log', text)
      await Promise.all([two, three_].map(({ heard }) => heard.until(has(`log ${text}`))))
    }
    t.notSame(one.errors, [], 'it was said')
  })
}
