/** Tests watch-groups.ts. */
import t from 'tap'
import { createWatchGroups, type WatchListener } from '../../../../app/web/logic/watch-groups.ts'

interface Watched extends WatchListener {
  readonly keys: readonly string[]
  isOpen: boolean
}

/** Groups, and every subscription that they have made. */
function recordedGroups() {
  const made: Watched[] = []
  const groups = createWatchGroups((keys, listener) => {
    const one: Watched = { ...listener, keys, isOpen: true }
    made.push(one)
    return { close: () => (one.isOpen = false) }
  })
  const open = (): readonly Watched[] => made.filter(({ isOpen }) => isOpen)
  /** Adds them in one moment. */
  async function add(...keys: readonly string[]): Promise<void> {
    keys.forEach(groups.add)
    await Promise.resolve()
  }
  return { groups, open, add }
}

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_one, index) => String(from + index))

t.test('what is added in one moment has one subscription', async (t) => {
  const { groups, open, add } = recordedGroups()
  await add('ann', 'bob')
  t.same(
    open().map(({ keys }) => keys),
    [['ann', 'bob']],
  )
  t.same(
    ['ann', 'bob', 'eve'].map((key) => groups.has(key)),
    [true, true, false],
  )
})

t.test('a group that grows is watched anew, and till then as before', async (t) => {
  const { open, add } = recordedGroups()
  await add('ann')
  await add('bob')
  await add('eve')
  t.equal(open().length, 3, 'none of them knows its rows yet')
  open().at(-1)?.onKnown()
  t.same(
    open().map(({ keys }) => keys),
    [['ann', 'bob', 'eve']],
  )
  open().at(-1)?.onKnown()
  t.equal(open().length, 1)
})

t.test('a group has room for a hundred, and the first goes when there are too many', async (t) => {
  const { groups, open, add } = recordedGroups()
  await add(...numbered(0, 2000))
  t.equal(open().length, 20)
  t.ok(open().every(({ keys }) => keys.length === 100))
  await add('one more')
  t.equal(open().length, 20)
  t.same(
    ['0', '99', '100', 'one more'].map((key) => groups.has(key)),
    [false, false, true, true],
  )
  await add('0')
  t.same(open().at(-1)?.keys, ['one more', '0'], 'it is watched again when it is added again')
})

t.test('more than all groups hold, in one moment, makes no more of them', async (t) => {
  const { open, add } = recordedGroups()
  await add(...numbered(0, 2050))
  t.equal(open().length, 20)
  t.equal(open()[0]?.keys[0], '100')
})

t.test('what has ended may be added again', async (t) => {
  const { groups, open, add } = recordedGroups()
  await add('ann')
  open()[0]?.onEnd()
  t.same([groups.has('ann'), open().length], [false, 0])
  await add('ann')
  t.same([groups.has('ann'), open().length], [true, 1])
})

t.test('whatever is closed watches nothing any more, nor what is added later', async (t) => {
  const { groups, open, add } = recordedGroups()
  await add('ann', ...numbered(0, 150))
  groups.close()
  await add('bob')
  t.equal(open().length, 0)
})
