/** That tags tell versions and callers apart, and are weighed as RFC 9110 says. */
import t from 'tap'
import { createETags } from '../../../framework/http/etag.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { VERSION, type Result } from '../../../framework/store/store.ts'
import { chat } from '../../kit/chat-resources.ts'
import { callerOf } from '../../kit/stores.ts'

const { person } = chat.resources
const etags = createETags(Buffer.alloc(32, 1))
const result = (facts: Partial<Result> = {}, version = '7'): Result => ({
  key: 'a',
  item: { id: 'a', name: 'ann' },
  updatable: false,
  deletable: false,
  [VERSION]: version,
  ...facts,
})
const ann = callerOf('ann')

t.test('a tag is the same for the same sight of a row, and another for any other', (t) => {
  const tag = etags.tagOf(person, result(), ann)
  t.match(tag, /^"[\x21\x23-\x7e]+"$/)
  t.equal(etags.tagOf(person, result(), callerOf('ann')), tag)
  const others = [
    etags.tagOf(person, result({}, '8'), ann),
    etags.tagOf(person, result({ updatable: true }), ann),
    etags.tagOf(person, result({ deletable: true }), ann),
    etags.tagOf(person, result({ item: { id: 'a' } }), ann),
    etags.tagOf(person, result({ item: { id: 'a', email: 'ann' } }), ann),
    etags.tagOf(person, result(), callerOf('bob')),
    etags.tagOf(person, result(), callerOf('ann', 'admin')),
    etags.tagOf(person, result(), ANONYMOUS),
    createETags(Buffer.alloc(32, 2)).tagOf(person, result(), ann),
  ]
  t.equal(new Set([tag, ...others]).size, others.length + 1)
  t.equal(
    etags.tagOf(person, result(), callerOf('ann', 'x', 'y')),
    etags.tagOf(person, result(), callerOf('ann', 'y', 'x')),
  )
  t.end()
})

t.test('If-None-Match is compared weakly', (t) => {
  const tag = etags.tagOf(person, result(), ann)
  for (const field of [tag, `W/${tag}`, `"x", ${tag}`, `"a,b",W/${tag} , "y"`, '*', ' * ']) {
    t.ok(etags.isNamed(field, tag), field)
  }
  for (const field of ['"x"', '', tag.slice(1, -1), `${tag.slice(0, -1)}x"`, '"*"']) {
    t.notOk(etags.isNamed(field, tag), field)
  }
  t.end()
})

t.test('If-Match is compared strongly', (t) => {
  const tag = etags.tagOf(person, result(), ann)
  for (const field of [tag, `"x", ${tag}`, '*']) t.ok(etags.isMatched(field, tag), field)
  for (const field of [`W/${tag}`, '"x"', '']) t.notOk(etags.isMatched(field, tag), field)
  t.end()
})

t.test('If-Match asks for versions of the caller’s own tags alone', (t) => {
  const tag = etags.tagOf(person, result({}, '7'), ann)
  const newer = etags.tagOf(person, result({ updatable: true }, '12'), ann)
  t.equal(etags.versionsOf('*', ann), undefined)
  t.same(etags.versionsOf(tag, ann), ['7'])
  t.same(etags.versionsOf(`"x", ${tag},${newer}`, ann), ['7', '12'])
  t.same(etags.versionsOf(`W/${tag}, ${newer}`, ann), ['12'])
  for (const field of [
    `W/${tag}`,
    '"7"',
    '7',
    '',
    'nonsense',
    tag.replace('7', 'x'),
    `"${'7'.repeat(30)}"`,
  ]) {
    t.same(etags.versionsOf(field, ann), [], field)
  }
  t.same(etags.versionsOf(tag, callerOf('bob')), [])
  t.same(etags.versionsOf(tag, ANONYMOUS), [])
  t.end()
})
