/** Which digests may be worked on, and that a decoy costs what a real one does. */
import argon2 from 'argon2'
import t from 'tap'

import {
  decoyDigest,
  DEFAULT_PARAMETERS,
  parseDigestParameters,
  refuseUnsafeParameters,
} from '../../../framework/auth/password-digest.ts'

const SALT = 'c2FsdHNhbHRzYWx0c2FsdA'
const HASH = 'aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'
const digest = (parameters: string) => `$argon2id$v=19$${parameters}$${SALT}$${HASH}`

t.test('what the library makes is read back', async (t) => {
  const made = await argon2.hash('x', { memoryCost: 1024, timeCost: 3, parallelism: 2 })
  t.same(parseDigestParameters(made), { memoryKib: 1024, passes: 3, lanes: 2 })
})

t.test('a digest that would stall the server is not worked on', async (t) => {
  t.same(parseDigestParameters(digest('m=131072,t=10,p=4')), {
    memoryKib: 131_072,
    passes: 10,
    lanes: 4,
  })
  const refused = ['m=131073,t=1,p=1', 'm=4194304,t=1,p=1', 'm=19456,t=11,p=1', 'm=19456,t=2,p=5']
  const broken = [
    'm=19456,t=0,p=1',
    'm=19456,t=2,p=0',
    'm=7,t=1,p=1',
    'm=15,t=1,p=2',
    'm=-1,t=1,p=1',
  ]
  for (const parameters of [
    ...refused,
    ...broken,
    'm=1e9,t=1,p=1',
    'm=19456,t=2',
    't=2,m=19456,p=1',
  ]) {
    t.equal(parseDigestParameters(digest(parameters)), undefined, parameters)
  }
})

t.test('anything but a whole argon2id digest is not worked on', async (t) => {
  const good = digest('m=19456,t=2,p=1')
  const others = [
    '',
    'secret',
    good.replace('argon2id', 'argon2i'),
    good.replace('argon2id', 'argon2d'),
    good.replace('v=19', 'v=16'),
    good.replace('$v=19', ''),
    good.slice(1),
    `${good}\n`,
    ` ${good}`,
    `${good}$x`,
    good.slice(0, -20),
    good.replace(SALT, 'c2FsdA'),
    good.replace(SALT, ''),
    good.replace('p=1', 'p=1,data=AAAA'),
    '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW',
  ]
  t.ok(parseDigestParameters(good))
  for (const other of others) t.equal(parseDigestParameters(other), undefined, other)
})

t.test('a decoy costs what a real digest costs, has its form, and fits nothing', async (t) => {
  const parameters = { memoryKib: 1024, passes: 3, lanes: 2 }
  const decoy = decoyDigest(parameters)
  t.same(parseDigestParameters(decoy), parameters)
  const real = await argon2.hash('x', { memoryCost: 1024, timeCost: 3, parallelism: 2 })
  t.equal(decoy.length, real.length)
  t.not(decoyDigest(parameters), decoy)
  for (const password of ['', 'x', decoy]) t.notOk(await argon2.verify(decoy, password))
})

t.test(
  'parameters under the floor of OWASP do not start, nor do those never worked on',
  async (t) => {
    const floor = DEFAULT_PARAMETERS
    t.same(floor, { memoryKib: 19_456, passes: 2, lanes: 1 })
    const safe = [
      floor,
      { ...floor, memoryKib: 47_104, passes: 1 },
      { ...floor, passes: 3, lanes: 2 },
    ]
    for (const parameters of safe) t.doesNotThrow(() => refuseUnsafeParameters(parameters))
    const unsafe = [
      { memoryKib: 19_455 },
      { passes: 1 },
      { lanes: 0 },
      { memoryKib: 47_103, passes: 1 },
    ]
    const absurd = [
      { memoryKib: 1e9 },
      { passes: 11 },
      { lanes: 5 },
      { passes: 2.5 },
      { passes: NaN },
    ]
    for (const change of [...unsafe, ...absurd]) {
      t.throws(() => refuseUnsafeParameters({ ...floor, ...change }), { name: 'DeclarationError' })
    }
  },
)
