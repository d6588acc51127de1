/** Tests config.ts: each variable, right and wrong. */
import { test } from 'tap'
import { readConfig } from '../../app/config.ts'
import { DeclarationError } from '../../framework/index.ts'

test('without variables everything has its default', (t) => {
  const config = readConfig({})
  t.same(config, {
    isProduction: false,
    port: 8000,
    host: 'localhost',
    databaseUrl: undefined,
    dataDir: '.data',
    busUrl: 'memory',
    tokenKeys: undefined,
    smtpServer: undefined,
    mailFrom: { name: 'Holdfast', address: 'no-reply@localhost' },
    publicUrl: 'http://localhost:8000',
    mediaBucket: undefined,
    mediaMaxBytes: 104_857_600,
    mediaMaxPixels: 64_000_000,
    allowedOrigins: [],
    trustProxy: [],
    areLimitsKept: true,
    logLevel: 'info',
  })
  t.ok(Object.isFrozen(config))
  const blank = { PORT: '', HOST: ' ', DATABASE_URL: '', TOKEN_KEYS: '', ALLOWED_ORIGINS: '' }
  t.same(readConfig(blank), config, 'an empty variable is as none')
  t.end()
})

test('the environment of the process is read unless another is given', (t) => {
  t.intercept(process, 'env', { value: { PORT: '1234' } })
  t.equal(readConfig().port, 1234)
  t.end()
})

test('what is good is read', (t) => {
  const good = [
    ['PORT', '0', { port: 0 }],
    ['PORT', ' 65535 ', { port: 65_535 }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['DATABASE_URL', 'postgres://a:b@h:1/d', { databaseUrl: 'postgres://a:b@h:1/d' }],
    ['DATABASE_URL', 'postgresql:///d', { databaseUrl: 'postgresql:///d' }],
    ['DATABASE_URL', 'postgres://a:b@h:1/d', { busUrl: 'postgres' }],
    ['BUS_URL', 'memory', { busUrl: 'memory' }],
    ['DATA_DIR', '/var/lib/holdfast', { dataDir: '/var/lib/holdfast' }],
    ['TOKEN_KEYS', 'abc,def', { tokenKeys: 'abc,def' }],
    ['PORT', '1234', { publicUrl: 'http://localhost:1234' }],
    ['MAIL_FROM', 'Ann <a@b.c>', { mailFrom: { name: 'Ann', address: 'a@b.c' } }],
    ['PUBLIC_URL', 'https://a.org', { publicUrl: 'https://a.org' }],
    ['PUBLIC_URL', 'http://a.org:81/chat/', { publicUrl: 'http://a.org:81/chat' }],
    ['ALLOWED_ORIGINS', 'https://a.org', { allowedOrigins: ['https://a.org'] }],
    [
      'ALLOWED_ORIGINS',
      'https://a.org, http://b:8080',
      { allowedOrigins: ['https://a.org', 'http://b:8080'] },
    ],
    ['TRUST_PROXY', '10.0.0.0/8,::1', { trustProxy: ['10.0.0.0/8', '::1'] }],
    ['MEDIA_MAX_BYTES', '1', { mediaMaxBytes: 1 }],
    ['MEDIA_MAX_BYTES', '2147483647', { mediaMaxBytes: 2_147_483_647 }],
    ['MEDIA_MAX_PIXELS', '268402689', { mediaMaxPixels: 268_402_689 }],
    [
      'MEDIA_URL',
      's3://a:b@s3.example.org/media',
      { mediaBucket: { endpoint: 'https://s3.example.org', bucket: 'media' } },
    ],
    ['RATE_LIMITS', 'on', { areLimitsKept: true }],
    ['RATE_LIMITS', 'off', { areLimitsKept: false }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['NODE_ENV', 'development', { isProduction: false }],
  ] as const
  for (const [name, text, expected] of good) {
    t.match(readConfig({ [name]: text }), expected, `${name}=${text}`)
  }
  t.match(readConfig({ NODE_ENV: 'production', TOKEN_KEYS: 'x' }), { isProduction: true })
  t.end()
})

test('what is wrong stops the start with one line that names it, and does not repeat it', (t) => {
  const wrong = [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80a'],
    ['PORT', '1e3'],
    ['PORT', '0x50'],
    ['DATABASE_URL', 'mysql://a:canary@h/d'],
    ['MEDIA_MAX_BYTES', '0'],
    ['MEDIA_MAX_BYTES', '100MB'],
    ['MEDIA_MAX_BYTES', '2147483648'],
    ['MEDIA_MAX_PIXELS', '268402690'],
    ['MEDIA_URL', 'https://a:canary@h/b'],
    ['MEDIA_URL', 's3://a:canary@h'],
    ['DATABASE_URL', 'postgres://a:canary@h:port/d'],
    ['DATABASE_URL', 'localhost/canary'],
    ['SMTP_URL', 'localhost:25'],
    ['SMTP_URL', 'http://ann:canary@h'],
    ['SMTP_URL', 'smtp://ann:canary%@h'],
    ['SMTP_URL', 'smtp://ann:canary@h?secure=false'],
    ['MAIL_FROM', 'canary'],
    ['MAIL_FROM', 'a@b.c, d@e.f'],
    ['PUBLIC_URL', 'a.org'],
    ['PUBLIC_URL', 'ftp://a.org'],
    ['PUBLIC_URL', 'https://ann:canary@a.org'],
    ['PUBLIC_URL', 'https://a.org/?a'],
    ['PUBLIC_URL', 'https://a.org/#a'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'https://a.org/'],
    ['ALLOWED_ORIGINS', 'https://a.org/path'],
    ['ALLOWED_ORIGINS', 'a.org'],
    ['ALLOWED_ORIGINS', 'https://A.org'],
    ['ALLOWED_ORIGINS', 'https://a.org:443'],
    ['ALLOWED_ORIGINS', 'https://a.org,'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', '*'],
    ['TRUST_PROXY', 'loopback'],
    ['TRUST_PROXY', '10.0.0.1,true'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.256'],
    ['TRUST_PROXY', '1.2'],
    ['TRUST_PROXY', '::1/129'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['RATE_LIMITS', 'no'],
    ['RATE_LIMITS', 'constructor'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_LEVEL', 'INFO'],
  ] as const
  for (const [name, text] of wrong) {
    try {
      readConfig({ [name]: text })
      t.fail(`${name}=${text} was taken`)
    } catch (error) {
      const message = error instanceof DeclarationError ? error.message : String(error)
      t.match(message, new RegExp(`^${name} must be [^\n]+\\.$`), `${name}=${text}`)
      t.notMatch(message, 'canary')
    }
  }
  t.end()
})

test('every fault is told at once, and production wants its own keys', (t) => {
  t.throws(
    () => readConfig({ NODE_ENV: 'production', PORT: 'x', LOG_LEVEL: 'x' }),
    /^PORT must [^\n]+\nLOG_LEVEL must [^\n]+\nTOKEN_KEYS is required in production[^\n]+$/,
  )
  t.throws(() => readConfig({ NODE_ENV: 'production', TOKEN_KEYS: 'x', RATE_LIMITS: 'off' }), {
    message: 'RATE_LIMITS must be on in production.',
  })
  t.end()
})

test('a bus is for processes on one server', (t) => {
  const DATABASE_URL = 'postgres://a:b@h:1/d'
  for (const busUrl of ['memory', 'postgres', 'amqp://a:b@h:5672/v', 'amqps://h']) {
    t.equal(readConfig({ DATABASE_URL, BUS_URL: busUrl }).busUrl, busUrl)
  }
  for (const BUS_URL of ['rabbitmq', 'amqp', 'amqp://', 'redis://h', 'postgres://a:b@h/d']) {
    const message = 'BUS_URL must be memory, postgres, or like amqp://user:password@host:5672.'
    t.throws(() => readConfig({ DATABASE_URL, BUS_URL }), { message }, BUS_URL)
  }
  for (const BUS_URL of ['postgres', 'amqp://h']) {
    const message = 'BUS_URL must be memory without DATABASE_URL: PGlite is one process alone.'
    t.throws(() => readConfig({ BUS_URL }), { message }, BUS_URL)
  }
  t.end()
})

test('mail by a server wants to know from whom, and in production where its links lead', (t) => {
  const mail = { SMTP_URL: 'smtp://ann:canary@h', MAIL_FROM: 'a@b.c' }
  const production = { NODE_ENV: 'production', TOKEN_KEYS: 'x' }
  t.match(readConfig(mail), { smtpServer: { host: 'h', login: { password: 'canary' } } })
  t.match(readConfig({ ...mail, ...production, PUBLIC_URL: 'https://a.org' }), {
    isProduction: true,
  })
  t.match(readConfig(production), { smtpServer: undefined })
  t.throws(() => readConfig({ ...mail, MAIL_FROM: '' }), {
    message: /^MAIL_FROM is required[^\n]+$/,
  })
  t.throws(() => readConfig({ ...mail, ...production }), {
    message: /^PUBLIC_URL is required[^\n]+$/,
  })
  t.end()
})
