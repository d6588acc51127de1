/** Tests emoji-search.ts. */
import t from 'tap'
import { findEmoji, type PickedEmoji } from '../../../../app/web/logic/emoji-search.ts'

t.test('emoji are found by the beginnings of their words', (t) => {
  const all: readonly PickedEmoji[] = [
    ['😀', 'grinning face', 'happy smile', 0],
    ['🐱', 'cat face', 'pet', 3],
  ]
  const found = (query: string) => findEmoji(all, query).map(([emoji]) => emoji)
  t.same([found('FA'), found('cat fa'), found('ace'), found(' ')], [['😀', '🐱'], ['🐱'], [], []])
  t.end()
})
