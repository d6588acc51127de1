/** Tests text-parts.ts: what becomes a link, and what never does. */
import t from 'tap'
import { mentions, textParts } from '../../../../app/web/logic/text-parts.ts'

const shown = (text: string) =>
  textParts(text).map((part) =>
    part.kind === 'link'
      ? `[${part.text}](${part.href})`
      : part.kind === 'mention'
        ? `<${part.username}>`
        : part.text,
  )

t.test('links, addresses and names are found', (t) => {
  for (const [text, ...parts] of [
    ['plain', 'plain'],
    ['', ...[]],
    [
      'see https://a.example/x?y=1#z.',
      'see ',
      '[https://a.example/x?y=1#z](https://a.example/x?y=1#z)',
      '.',
    ],
    ['(http://a.example)', '(', '[http://a.example](http://a.example/)', ')'],
    [
      'https://en.example/wiki/A_(b), yes',
      '[https://en.example/wiki/A_(b)](https://en.example/wiki/A_(b))',
      ', yes',
    ],
    ['to tim@a.example!', 'to ', '[tim@a.example](mailto:tim@a.example)', '!'],
    ['hi @Tim and @ann.b, all', 'hi ', '<tim>', ' and ', '<ann.b>', ', all'],
    ['a@b @', 'a@b @'],
  ] as const) {
    t.same(shown(text), parts, text)
  }
  t.end()
})

t.test('nothing but http, https and mailto is a link, and no sign is lost', (t) => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    'vbscript:x file:///etc/passwd',
    'http://',
    '//evil.example',
  ]) {
    t.notOk(
      textParts(text).some(({ kind }) => kind === 'link'),
      text,
    )
    t.equal(
      textParts(text)
        .map((part) => part.text)
        .join(''),
      text,
    )
  }
  const wild = 'x https://a.example/"onclick="alert(1) y@z.example\nhttps://b.example/😀 @tim'
  t.equal(
    textParts(wild)
      .map((part) => part.text)
      .join(''),
    wild,
  )
  t.end()
})

t.test('a mention is of the whole name', (t) => {
  t.ok(mentions('well, @tim?', 'tim'))
  t.notOk(mentions('@timothy and mail@tim', 'tim'))
  t.end()
})
