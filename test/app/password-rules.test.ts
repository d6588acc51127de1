/** Tests password-rules.ts. What is common is tested with the framework. */
import t from 'tap'
import { refuseWeakPassword } from '../../app/password-rules.ts'
import { InvalidError } from '../../framework/index.ts'

t.test('a weak password is refused at its place, names of the service among them', (t) => {
  const place = { username: 'grace.hopper', pointer: '/new_password' }
  for (const weak of [
    'short',
    'Password123!',
    'holdfast1',
    'Messenger!',
    'grace.hopper',
    'x'.repeat(257),
  ]) {
    t.throws(() => refuseWeakPassword(weak, place), InvalidError, weak)
    t.throws(() => refuseWeakPassword(weak, place), /^\/new_password must/, weak)
  }
  t.doesNotThrow(() => refuseWeakPassword('a quiet green lamp', place))
  t.end()
})
