/** That JSON from strangers is read as JSON.parse reads it, and what is dangerous in it is refused by name. */
import t from 'tap'
import { InvalidError } from '../../../framework/errors.ts'
import { parseJson } from '../../../framework/resource/json-guard.ts'

const faultOf = (text: string, pointer?: string) => {
  try {
    parseJson(text, pointer)
    return undefined
  } catch (error) {
    if (error instanceof InvalidError) return error.faults[0]
    throw error
  }
}

t.test('what is harmless is read as JSON.parse reads it', (t) => {
  const texts = [
    'null', ' true ', '"x"', '1', '-0', '1.0', '1e2', '-1.5E-3', '9007199254740991', '-9007199254740991',
    '1e300', '6.02e23', '0.1234567890123456789', '[]', '{}', '[{},[]]', '{"":{"":1}}',
    '{"a":{"a":1},"b":[{"a":1},{"a":2}]}', '"\\"\\\\\\/\\b\\u00e9\\ud83d\\ude00"', '"[[[[{{{{,,,,1e999"',
    '{"constructor":1,"prototype":2,"a":{"constructor":{"b":1}}}', '{"a b":1,"a\\tb":2}',
  ] // prettier-ignore
  for (const text of texts) t.same(parseJson(text), JSON.parse(text), text)
  t.end()
})

t.test('what is no JSON is refused without being repeated', (t) => {
  const texts = ['', ' ', '{', '[1,]', '{"a":1,}', '{a:1}', "{'a':1}", 'NaN', 'undefined', '01', '+1', '.5',
    '1.', '-', '"', '"\\"', '"\\x"', '"\n"', '{"a"}', '{"a" 1}', '[1 2]', ']', '}}', '1 2', '\ufeff{}',
    '//', '{"secret":x}', '"\\ud83', ',', ',,'] // prettier-ignore
  for (const text of texts) {
    t.same(faultOf(text, '/item'), { pointer: '/item', detail: 'is not valid JSON' }, text)
  }
  t.end()
})

t.test('a trap is refused with a pointer to it', (t) => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['{"a":1,"a":2}', '/a', /twice/],
    ['{"admin":false,"\\u0061dmin":true}', '/admin', /twice/],
    ['[0,{"b":{"c":1,"c":1}}]', '/1/b/c', /twice/],
    ['{"__proto__":{"a":1}}', '/__proto__', /not known/],
    ['{"\\u005f_proto__":1}', '/__proto__', /not known/],
    ['{"a":[[{"__proto__":1}]]}', '/a/0/0/__proto__', /not known/],
    ['{"a":{"constructor":{"prototype":{}}}}', '/a/constructor/prototype', /not known/],
    ['{"a":"b\\u0000c"}', '/a', /NUL/],
    ['{"a\\u0000":1}', '/a\u0000', /NUL/],
    ['["ok","\\ud800"]', '/1', /surrogate/],
    ['"\\udc00\\ud800"', '', /surrogate/],
    ['{"n":9007199254740993}', '/n', /digits/],
    ['[-9007199254740992]', '/0', /digits/],
    ['{"n":1e400}', '/n', /too large/],
    [`[${'9'.repeat(400)}]`, '/0', /too large/],
    ['{"a/b":{"~":1e999}}', '/a~1b/~0', /too large/],
    [`{"a":[${'0,'.repeat(1000)}0]}`, '/a', /more than 1000/],
    [`{${Array.from({ length: 1001 }, (_, n) => `"${n}":0`).join()}}`, '', /more than 1000/],
    ['['.repeat(33) + ']'.repeat(33), '/0'.repeat(32), /deeper than 32/],
  ]
  for (const [text, pointer, detail] of cases) {
    t.match(faultOf(text), { pointer, detail }, text.slice(0, 60))
    t.equal(faultOf(text, '/item')?.pointer, `/item${pointer}`)
  }
  t.equal(({} as Record<string, unknown>)['a'], undefined)
  t.end()
})

t.test('the bounds themselves are allowed', (t) => {
  t.ok(parseJson('['.repeat(32) + ']'.repeat(32)))
  t.ok(parseJson(`[${'0,'.repeat(999)}0]`))
  t.end()
})

t.test('hostile sizes are refused at once', (t) => {
  const texts = ['['.repeat(250_000), '{"a":'.repeat(50_000), `"${'\\'.repeat(250_000)}`, `"${'a'.repeat(250_000)}`,
    `[${'1,'.repeat(125_000)}1]`, `"${'\\u0041'.repeat(40_000)}`, '-'.repeat(250_000), '"'.repeat(250_001)] // prettier-ignore
  for (const text of texts) {
    const start = performance.now()
    t.ok(faultOf(text))
    t.ok(performance.now() - start < 200, text.slice(0, 10))
  }
  t.end()
})
