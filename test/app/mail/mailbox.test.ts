/** Tests mailbox.ts: which addresses are one plain address. */
import { test } from 'tap'
import { domainOf, isMailAddress, parseMailbox } from '../../../app/mail/mailbox.ts'

test('one plain address is one, and nothing else is', (t) => {
  const local = 'a'.repeat(64)
  const label = 'b'.repeat(63)
  const good = [
    'tim@example.org',
    'Tim.O+tag@example.org',
    "o'neil@x-y.example.org",
    '#!$%&*+-/=?^_`{|}~@a',
    'no-reply@localhost',
    `${local}@example.org`,
    `a@${label}.org`,
    `a@${Array.from({ length: 3 }, () => label).join('.')}.${'c'.repeat(60)}`,
  ]
  for (const address of good) t.ok(isMailAddress(address), address)
  const bad = [
    '',
    '@',
    'tim',
    'tim@',
    '@example.org',
    'tim@@example.org',
    'tim@eve@example.org',
    'tim@example.org,eve@example.org',
    'tim@example.org eve@example.org',
    'tim@example.org\n',
    'tim@example.org\r\nBcc: eve@example.org',
    'ti\0m@example.org',
    ' tim@example.org',
    '<tim@example.org>',
    'Tim <tim@example.org>',
    'tim(eve)@example.org',
    'a:tim@example.org;',
    '"tim"@example.org',
    '"tim@eve.org> "@example.org',
    'tim@[127.0.0.1]',
    '.tim@example.org',
    'tim.@example.org',
    'ti..m@example.org',
    'tim@.example.org',
    'tim@example.org.',
    'tim@exa..mple.org',
    'tim@-example.org',
    'tim@example-.org',
    'tim@exa_mple.org',
    'mıke@example.org',
    'tim@exämple.org',
    `${local}a@example.org`,
    `a@${label}b.org`,
    `a@${Array.from({ length: 4 }, () => label).join('.')}`,
  ]
  for (const address of bad) t.notOk(isMailAddress(address), JSON.stringify(address))
  t.end()
})

test('a hostile address is judged at once', (t) => {
  const before = performance.now()
  for (const text of ['a.'.repeat(50_000), `a@${'a-'.repeat(50_000)}`, '@'.repeat(50_000)]) {
    t.notOk(isMailAddress(text))
    t.equal(parseMailbox(text), undefined)
    t.equal(parseMailbox(`${'<'.repeat(50_000)}${text}`), undefined)
  }
  t.ok(performance.now() - before < 500)
  t.end()
})

test('a mailbox is an address, with or without a name', (t) => {
  t.same(parseMailbox('a@b.c'), { name: '', address: 'a@b.c' })
  t.same(parseMailbox('<a@b.c>'), { name: '', address: 'a@b.c' })
  t.same(parseMailbox('Ann & Tim, Ltd <a@b.c>'), { name: 'Ann & Tim, Ltd', address: 'a@b.c' })
  for (const text of [
    '',
    'Ann',
    'Ann a@b.c',
    'Ann <a@b.c> x',
    '"Ann" <a@b.c>',
    'Ann <<a@b.c>>',
    'A\r\nn <a@b.c>',
    'a@b.c, d@e.f',
    `${'n'.repeat(101)} <a@b.c>`,
  ]) {
    t.equal(parseMailbox(text), undefined, JSON.stringify(text))
  }
  t.equal(domainOf({ name: '', address: 'a@b.c' }), 'b.c')
  t.end()
})
