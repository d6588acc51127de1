/** Tests put-out.ts. */
import t from 'tap'
import { unlessPutOut } from '../../../../app/web/logic/put-out.ts'
import { ProblemError } from '../../../../framework/client/index.ts'

t.test('what comes of being in it no more is not told, and the rest is', (t) => {
  const told: unknown[] = []
  const report = unlessPutOut((error) => told.push(error))
  const problem = (status: number) => new ProblemError({ title: 'x', status })
  const [invalid, other] = [problem(400), new TypeError('other')]
  for (const error of [problem(403), invalid, problem(404), other]) report(error)
  t.same(told, [invalid, other])
  t.end()
})
