/** Which passwords may be chosen, and that a refusal does not repeat them. */
import t from 'tap'

import { checkPassword } from '../../../framework/auth/password-policy.ts'

function detailOf(password: string, username = 'tim'): string | undefined {
  return checkPassword(password, { username, serviceWords: ['quibblepost'] })[0]?.detail
}

const COMMON = 'must not be a password that many people use'

t.test('a password has 8 to 256 characters, counted as code points after NFKC', async (t) => {
  t.equal(detailOf(''), 'must have at least 8 characters')
  t.equal(detailOf('wq7#kPz'), 'must have at least 8 characters')
  t.equal(detailOf('🔑e\u0301🗝x🔒y'), 'must have at least 8 characters')
  t.equal(detailOf('🔑e\u0301🗝x🔒y9ß'), undefined)
  const long = 'correct horse battery staple '.repeat(9).slice(0, 256)
  t.equal(detailOf(long), undefined)
  t.equal(detailOf(`${long}x`), 'must have at most 256 characters')
  t.equal(detailOf('x'.repeat(1_000_000)), 'must have at most 256 characters')
})

t.test('half a surrogate pair is no character', async (t) => {
  t.equal(detailOf('wq7#kPz\ud800mm'), 'must be well-formed text')
})

t.test('what is tried first is refused, also dressed up', async (t) => {
  const passwords = `
    password Password PASSWORD1 Password123! password2026 P@ssw0rd p@$$w0rd123 Passw0rd! 123password !!password!!
    drowssap qwertyuiop Qwerty123456 1q2w3e4r 1q2w3e4r! 1qaz2wsx iloveyou1 ILoveYou! letmein12 welcome2026!
    Adm1n2026 adm1nistrat0r W3lc0me!! we1come1 monkey123 michael1987 football!! trustno1 Summer2026! changeme1
    test12345 sunshine administrator liverpool1 princess1 hunter2026 quibblepost1 Qu1bblepost! ｐａｓｓｗｏｒｄ１`
  for (const password of passwords.trim().split(/\s+/))
    t.equal(detailOf(password), COMMON, password)
})

t.test('a rhythm, a row of keys and a count are refused', async (t) => {
  const passwords = `
    aaaaaaaa 11111111 aaaaaaab 00000001 abababab abcabcabc abcabcab 12341234 abcdabcd xkqzxkqz xkqzxkqzx 12345678 123456789012
    87654321 98765432 abcdefgh stuvwxyz zyxwvuts asdfghjkl lkjhgfdsa mnbvcxzlk qwertzuio azertyui 3edc4rfv !@#$%^&*`
  for (const password of passwords.trim().split(/\s+/)) t.ok(detailOf(password), password)
  t.ok(detailOf('🔑'.repeat(20)))
})

t.test('the user name is refused, whatever its case and what is around it', async (t) => {
  for (const password of [
    'grace.hopper',
    'Grace.Hopper',
    'reppoh.ecarg',
    'grace.hopper99',
    '!Grace.Hopper!',
  ]) {
    t.equal(detailOf(password, 'grace.hopper'), 'must not be the user name', password)
  }
  t.equal(detailOf('marvin_4', 'marvin_42'), 'must not be the user name')
  t.equal(detailOf('marvin99', 'Marvin'), 'must not be the user name')
  t.equal(detailOf('ＧＲＡＣＥＨＯＰ', 'gracehop'), 'must not be the user name')
  t.equal(detailOf('gracehop', 'ＧＲＡＣＥＨＯＰ'), 'must not be the user name')
})

t.test('a name without letters does not refuse every number', async (t) => {
  t.equal(detailOf('83920174', '4711'), undefined)
})

t.test('what is common here alone is refused here alone', async (t) => {
  t.same(checkPassword('quibblepost1', { username: 'tim' }), [])
})

t.test('there is no rule on kinds of characters', async (t) => {
  const passwords = [
    'aaaaaaaaaaaaaaa tulip wagon',
    'correct horse battery',
    'kdbvqzmw',
    '83920174',
    'ÄÖÜßäöüñ',
    '东南西北春夏秋冬',
    'tim likes long walks',
    'pass the salt, Michael',
  ]
  for (const password of passwords) t.equal(detailOf(password), undefined, password)
})

t.test('a fault bears the pointer asked for and never the password', async (t) => {
  const faults = checkPassword('Password123!', { username: 'tim', pointer: '/new_password' })
  t.same(faults, [{ pointer: '/new_password', detail: COMMON }])
  t.equal(checkPassword('short', { username: 'tim' })[0]?.pointer, '/password')
  t.same(checkPassword('wq7#kPzmm', { username: 'tim' }), [])
})
