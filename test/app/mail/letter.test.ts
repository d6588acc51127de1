/** Tests letter.ts: that text and HTML say the same, and HTML is escaped. */
import { test } from 'tap'
import { writeLetter } from '../../../app/mail/letter.ts'

test('a letter is text and HTML of the same source', (t) => {
  const link = new URL('https://a.example/x?a=1&b=2#token=t')
  const letter = writeLetter('A & B', ['Hello <b>', { copy: '<x>&' }, { link, label: 'Go & see' }])
  t.equal(letter.subject, 'A & B')
  t.equal(letter.text, `Hello <b>\n\n    <x>&\n\nGo & see:\n${link.href}\n`)
  t.match(letter.html, '<title>A &#38; B</title>')
  t.match(letter.html, '<p>Hello &#60;b&#62;</p>')
  t.match(letter.html, '>&#60;x&#62;&#38;</p>')
  t.match(letter.html, '<a href="https://a.example/x?a=1&#38;b=2#token=t"')
  t.match(letter.html, '>Go &#38; see</a>')
  t.notMatch(letter.html, /<script|<link|<img|\\n/)
  t.ok(Object.isFrozen(letter))
  t.end()
})
