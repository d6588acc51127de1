/** Tests report.ts. */
import { test } from 'tap'
import { report } from '../../app/report.ts'
import { UnavailableError } from '../../framework/index.ts'

test('an error is one line of JSON with its causes', (t) => {
  const written = t.capture(process.stderr, 'write', () => true)
  const cause = new RangeError('the\nreason')
  report(new UnavailableError('It is away.', { cause }))
  report('a text')
  const lines = written().map(({ args: [line] }) => String(line))
  t.equal(lines.length, 2)
  for (const line of lines) t.match(line, /^[^\n]+\n$/)
  const [first, second] = lines.map((line) => JSON.parse(line) as object)
  const error = { name: 'UnavailableError', message: 'It is away.', stack: String }
  t.match(first, { level: 'error', time: /Z$/, error })
  t.match(first, { error: { cause: { name: 'RangeError', message: 'the\nreason' } } })
  t.match(second, { error: 'a text' })
  t.end()
})
