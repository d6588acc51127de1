/** That paths are told without what stands around them. */
import t from 'tap'
import { pathOf } from '../../../framework/http/request-path.ts'

t.test('a path is told without query, fragment and host', (t) => {
  t.equal(pathOf('/actions/message?text__eq=secret'), '/actions/message')
  t.equal(pathOf('/a#b'), '/a')
  t.equal(pathOf('/'), '/')
  t.equal(pathOf('http://evil.example/actions?x'), '/actions')
  t.equal(pathOf('HTTPS://evil.example:80/a/b'), '/a/b')
  t.end()
})

t.test('what is no path is not told', (t) => {
  for (const target of [
    '',
    '*',
    'evil.example:443',
    'javascript:alert(1)',
    '//evil',
    '/[',
    '/a%zz',
    '/a%',
    '/ä',
    '/a b',
    '/a"',
  ]) {
    t.equal(pathOf(target), undefined, target)
  }
  t.end()
})
