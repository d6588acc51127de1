/** That one-time secrets are long, random and kept only as SHA-256. */
import t from 'tap'

import { digestOf, newSecret } from '../../../framework/auth/one-time-secret.ts'

t.test('a secret is 32 random bytes, another each time', async (t) => {
  const secrets = Array.from({ length: 100 }, newSecret)
  t.equal(new Set(secrets).size, 100)
  for (const secret of secrets) t.equal(Buffer.from(secret, 'base64url').length, 32)
})

t.test('the digest is the SHA-256 of the text, as base64url', async (t) => {
  // FIPS 180-2 appendix B.1, the example "abc".
  const published = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  t.equal(digestOf('abc'), Buffer.from(published, 'hex').toString('base64url'))
})
