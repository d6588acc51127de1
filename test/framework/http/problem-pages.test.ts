/** That the type of every problem leads to a page that explains it. */
import t from 'tap'
import { PROBLEMS, toProblem } from '../../../framework/problem.ts'
import { NotFoundError } from '../../../framework/errors.ts'
import { openBareHttp } from '../../kit/bare-http.ts'

t.test('each code has its page, which runs nothing', async (t) => {
  const app = await openBareHttp(t)
  for (const [code, { title, explanation }] of Object.entries(PROBLEMS)) {
    const response = await app.inject(`/problems/${code}`)
    t.equal(response.statusCode, 200, code)
    t.equal(response.headers['content-type'], 'text/html; charset=utf-8')
    t.match(response.headers['content-security-policy'], "default-src 'none'")
    t.ok(response.body.includes(explanation) && response.body.includes(title))
    t.notMatch(response.body, /<script|<style|http:|https:/)
  }
  t.equal((await app.inject('/problems/unheard-of')).statusCode, 404)
  t.equal((await app.inject(toProblem(new NotFoundError()).type)).statusCode, 200)
})
