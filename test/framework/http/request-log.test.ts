/** That the log tells of each request once, and of nothing that is nobody's business. */
import t from 'tap'
import { InternalError, UnavailableError } from '../../../framework/errors.ts'
import { createRequestIds, loggingOptions } from '../../../framework/http/request-log.ts'
import { openBareHttp } from '../../kit/bare-http.ts'

function collect() {
  const lines: string[] = []
  const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    lines,
    entries,
    logger: { level: 'info', stream: { write: (line: string) => lines.push(line) } } as const,
  }
}

t.test('a request is one line with its route, without query, headers and body', async (t) => {
  const { entries, lines, logger } = collect()
  const app = await openBareHttp(t, { logger })
  await app.inject({
    url: '/problems/invalid?token=canary',
    headers: { cookie: 'canary', 'user-agent': 'canary\r\n' },
  })
  t.equal(lines.length, 1)
  t.match(entries(), [
    {
      level: 30,
      method: 'GET',
      route: '/problems/invalid',
      status: 200,
      msg: 'request',
      reqId: /^[0-9a-f-]{36}$/,
      ip: '127.0.0.1',
    },
  ])
  t.match(entries()[0]?.['time'], /^\d{4}-.*Z$/)
  t.notMatch(lines.join(), 'canary')
})

t.test(
  'a refusal is told with its code; one that tells of somebody trying stands out',
  async (t) => {
    const { entries, lines, logger } = collect()
    const app = await openBareHttp(t, { logger }, (app) => {
      app.get('/away', () => Promise.reject(new UnavailableError()))
    })
    await app.inject('/nothing/canary')
    await app.inject({ method: 'POST', url: '/healthz' })
    await app.inject('/away')
    t.match(
      entries().filter(({ msg }) => msg !== 'request'),
      [
        { level: 30, code: 'not_found', status: 404 },
        { level: 30, status: 405 },
        { level: 40, code: 'unavailable', status: 503, msg: 'unavailable' },
      ],
    )
    t.notMatch(lines.join(), 'canary')
  },
)

t.test('a defect is logged once with its causes, without what rows hold', async (t) => {
  const { entries, lines, logger } = collect()
  const app = await openBareHttp(t, { logger }, (app) => {
    app.get('/broken', async () => {
      const cause = Object.assign(new TypeError('why'), {
        code: '23505',
        detail: 'Key (email)=(canary)',
      })
      throw new InternalError('what', { cause })
    })
  })
  const response = await app.inject('/broken')
  t.same(response.json(), {
    type: '/problems/internal',
    title: 'Internal error',
    status: 500,
    instance: '/broken',
  })
  const errors = entries().filter(({ level }) => level === 50)
  t.equal(errors.length, 1)
  t.match(errors[0], {
    err: {
      type: 'InternalError',
      message: 'what',
      stack: String,
      cause: { type: 'TypeError', message: 'why', code: '23505' },
    },
  })
  t.notMatch(lines.join(), 'canary')
})

t.test('what is handed to the log by mistake is redacted, and no line is broken', async (t) => {
  const { lines, logger } = collect()
  const app = await openBareHttp(t, { logger })
  app.log.info(
    { password: 'canary', input: { refresh_token: 'canary', a: { token: 'canary' } } },
    'a\r\nb\u001b[31m',
  )
  app.log.error({ err: 'canary' }, 'x')
  t.equal(lines.length, 2)
  t.notMatch(lines.join(), 'canary')
  t.equal(lines[0]?.split('\n').length, 2)
  t.notMatch(lines[0], '\u001b')
})

t.test('silence is no logger at all', (t) => {
  t.same(loggingOptions(false), { logger: false })
  t.same(loggingOptions({ level: 'silent' }), { logger: false })
  t.end()
})

t.test('no two requests have one id, nor do those of two processes', async (t) => {
  const [one, other] = [createRequestIds(), createRequestIds()]
  const ids = [one(), one(), other(), other()]
  t.equal(new Set(ids).size, ids.length)
  for (const id of ids) t.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})
