/** Tests templates.ts: what the letters say, where their links lead, and that nothing breaks out of them. */
import { test } from 'tap'
import { createLetters } from '../../../app/mail/templates.ts'

const letters = createLetters('https://chat.example.org')

test('each letter says what it is for, in text and in HTML', (t) => {
  const username = 'tim'
  const cases = [
    [
      letters.recoverPassword({ username, token: 'tok' }),
      ['tim', 'https://chat.example.org/account/recover#token=tok', '30 minutes'],
    ],
    [
      letters.confirmAddress({ username, token: 'tok' }),
      ['tim', 'https://chat.example.org/account/confirm#token=tok', '7 days'],
    ],
    [letters.passwordChanged({ username }), ['tim', 'https://chat.example.org/account/recover']],
    [
      letters.addressChanged({ username, isRemoved: false }),
      ['tim', 'has another', 'https://chat.example.org/account/recover'],
    ],
    [letters.addressChanged({ username, isRemoved: true }), ['tim', 'was removed']],
    [letters.firstPassword({ username, password: 'tok' }), ['tim', 'tok', '7 days']],
  ] as const
  for (const [letter, parts] of cases) {
    t.match(letter.subject, /^\w[\w -]+$/)
    for (const part of parts) {
      t.match(letter.text, part, letter.subject)
      t.match(letter.html, part, letter.subject)
    }
    t.notMatch(letter.subject, /tok/, 'no secret in a subject')
  }
  t.end()
})

test('secrets are in no part of a link that is sent to a server', (t) => {
  const { text } = letters.recoverPassword({ username: 'tim', token: 'a+b/c=&d' })
  const link = new URL(/https:\S+/.exec(text)?.[0] ?? '')
  t.equal(link.search, '')
  t.same(Object.fromEntries(new URLSearchParams(link.hash.slice(1))), { token: 'a+b/c=&d' })
  t.end()
})

test('nothing breaks out of a letter', (t) => {
  const username = `<script>alert(1)</script>"'&`
  for (const letter of [
    letters.recoverPassword({ username, token: username }),
    letters.confirmAddress({ username, token: username }),
    letters.passwordChanged({ username }),
    letters.addressChanged({ username, isRemoved: false }),
    letters.addressChanged({ username, isRemoved: true }),
    letters.firstPassword({ username, password: username }),
  ]) {
    t.notMatch(letter.html, /<script|"'&/)
    t.match(letter.html, '&#60;script&#62;')
  }
  t.end()
})

test('a public URL may have a path', (t) => {
  for (const url of ['https://a.example/chat', 'https://a.example/chat/']) {
    const { text } = createLetters(url).recoverPassword({ username: 'tim', token: 't' })
    t.match(text, 'https://a.example/chat/account/recover#token=t\n')
  }
  t.end()
})
