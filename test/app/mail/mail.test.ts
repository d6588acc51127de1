/** Tests mail.ts: what is a mail. */
import { test } from 'tap'
import { checkMail, MailRefusedError, type Mail } from '../../../app/mail/mail.ts'
import { toProblem } from '../../../framework/index.ts'

const MAIL: Mail = { id: 'a-1', to: 'a@b.c', subject: 'Hello', text: 'x', html: '<p>x</p>' }

test('a mail has one address, a subject of one line, and a plain id', (t) => {
  for (const good of [
    {},
    { subject: '' },
    { subject: 'Ä “x” 🎉' },
    { subject: 'x'.repeat(200) },
    { id: 'a' },
    { id: '019b78c9-0a80-7000-9100-5eed00000000' },
    { id: 'x'.repeat(100) },
  ]) {
    t.doesNotThrow(() => checkMail({ ...MAIL, ...good }), JSON.stringify(good))
  }
  for (const bad of [
    { to: 'a@b.c,d@e.f' },
    { to: 'a@b.c\n' },
    { subject: 'a\nb' },
    { subject: 'a\u0085b' },
    { subject: 'x'.repeat(201) },
    { id: '' },
    { id: '.' },
    { id: 'a.' },
    { id: 'a/b' },
    { id: 'a@b' },
    { id: 'a\n' },
    { id: 'x'.repeat(101) },
  ]) {
    t.throws(() => checkMail({ ...MAIL, ...bad }), MailRefusedError, JSON.stringify(bad))
  }
  t.end()
})

test('a refused mail is told to no caller', (t) => {
  t.same(toProblem(new MailRefusedError('x', 550)), {
    type: '/problems/internal',
    title: 'Internal error',
    status: 500,
  })
  t.end()
})
