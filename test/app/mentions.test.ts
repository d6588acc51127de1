/** Tests mentions.ts. */
import t from 'tap'
import { MAX_MENTIONS, mentionsIn } from '../../app/mentions.ts'

t.test('names behind an at sign are found, each once, in their order', (t) => {
  for (const [text, names] of [
    ['', []],
    ['Hello', []],
    ['@tim', ['tim']],
    ['Hello @tim, and @ann.', ['tim', 'ann']],
    ['@ann @tim @ann', ['ann', 'tim']],
    ['(@tim)! "@ann"', ['tim', 'ann']],
    ['@Tim', ['tim']],
    ['@t.i-m_1 and @a.b.', ['t.i-m_1', 'a.b']],
    ['tim@example.org', []],
    ['@tim@example.org', []],
    ['@@tim', []],
    ['x.@tim and x-@tim', []],
    ['@t', []],
    ['@tím @té', []],
    ['ü@tim', []],
    ['👍@tim👍', ['tim']],
    ['@', []],
    [`@${'x'.repeat(40)}`, ['x'.repeat(40)]],
    [`@${'x'.repeat(41)}`, []],
    ['@-tim @.tim', []],
    ['@tim\n@ann\t@eve', ['tim', 'ann', 'eve']],
  ] as const) {
    t.same(mentionsIn(text), names, text)
  }
  t.end()
})

t.test('of very many the first are found, and no text takes long', (t) => {
  const many = Array.from({ length: 100 }, (_, at) => `@user${String(at)}`).join(' ')
  t.equal(mentionsIn(many).length, MAX_MENTIONS)
  const began = performance.now()
  for (const text of [
    '@a.'.repeat(1333),
    `@${'a.'.repeat(2000)}`,
    '@'.repeat(4000),
    '-@a'.repeat(1333),
  ]) {
    t.same(
      mentionsIn(text).filter((name) => !name.startsWith('a')),
      [],
    )
  }
  t.ok(performance.now() - began < 1000)
  t.end()
})
