/** Tests emoji.ts. */
import t from 'tap'
import { isEmoji } from '../../app/emoji.ts'

t.test('one emoji is one, whatever it is composed of; other text is none', (t) => {
  for (const text of ['👍', '👍🏽', '❤️', '🇦🇹', '👨‍👩‍👧‍👦', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿']) t.ok(isEmoji(text), text)
  for (const text of [
    '',
    ' ',
    'a',
    '1',
    '#',
    '❤',
    '👍👍',
    '👍 ',
    'a👍',
    '\u200d',
    '🏽🏽',
    '🇦',
    '\ud83d',
  ]) {
    t.notOk(isEmoji(text), text)
  }
  t.end()
})
