/** That queries are read strictly, and nothing in them is lost. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { parseEntries, parseQuery, queryOf } from '../../../framework/http/query.ts'

const faultsOf = (run: () => unknown): readonly string[] => {
  try {
    run()
    return []
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    return error.faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
  }
}

t.test('parameters are decoded in their order', (t) => {
  const text = 'a=1&b=two+words&%C3%A4=%F0%9F%98%80&c&d=&e=x=y&&f=%2B%26%3D%25'
  t.same(parseEntries(text), [
    ['a', '1'],
    ['b', 'two words'],
    ['ä', '😀'],
    ['c', ''],
    ['d', ''],
    ['e', 'x=y'],
    ['f', '+&=%'],
  ])
  t.same(parseEntries(''), [])
  t.end()
})

t.test('what is no percent-encoded UTF-8 is refused by name', (t) => {
  const cases = [
    ['a=%', '?a is not percent-encoded UTF-8'],
    ['a=%zz', '?a is not percent-encoded UTF-8'],
    ['a=%ff', '?a is not percent-encoded UTF-8'],
    ['a=%c0%80', '?a is not percent-encoded UTF-8'],
    ['a=%ed%a0%80', '?a is not percent-encoded UTF-8'],
    ['%ff=1', '? is not percent-encoded UTF-8'],
    ['a=b%00c', '?a must not hold the character NUL'],
    ['a%00=1', '? must not hold the character NUL'],
    ['a=ä', '?a must be percent-encoded'],
    ['a=b c', '?a must be percent-encoded'],
  ] as const
  for (const [text, fault] of cases)
    t.same(
      faultsOf(() => parseQuery(text)),
      [fault],
      text,
    )
  t.end()
})

t.test('what was taken is gone, and the rest is refused by name', (t) => {
  const query = parseQuery('a=1&keys=x&b=2&keys=y&__proto__=3')
  t.equal(query.take('a'), '1')
  t.equal(query.take('a'), undefined)
  t.equal(query.take('c'), undefined)
  t.same(query.takeAll('keys'), ['x', 'y'])
  t.same(query.takeAll('keys'), [])
  t.same(query.rest(), [
    ['b', '2'],
    ['__proto__', '3'],
  ])
  t.same(
    faultsOf(() => query.refuseRest()),
    ['?b is not known here', '?__proto__ is not known here'],
  )
  parseQuery('').refuseRest()
  t.same(queryOf([['a', '%20']]).take('a'), '%20', 'decoded already')
  t.end()
})

t.test('a parameter that may not repeat is refused when it does', (t) => {
  t.same(
    faultsOf(() => parseQuery('limit=1&limit=1').take('limit')),
    ['?limit may stand only once'],
  )
  t.end()
})
