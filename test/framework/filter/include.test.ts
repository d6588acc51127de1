/** Includes of strangers. */

import t from 'tap'
import { parseInclude, type Include } from '../../../framework/filter/include.ts'
import type { Knowledge } from '../../../framework/filter/parse-scope.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, samples, tag } from '../../kit/sample-resources.ts'

const parse = (text: string, knowledge: Knowledge = {}): readonly Include[] =>
  parseInclude(text, { registry: samples, resource: everything, pointer: '?include', ...knowledge })
const faults = (text: string, knowledge: Knowledge = {}): readonly string[] =>
  faultsOf(() => parse(text, knowledge))
const link = (name: string, ...includes: readonly Include[]): Include => ({ link: name, includes })

t.test('links become a tree', (t) => {
  t.strictSame(parse('parent'), [link('parent')])
  t.strictSame(parse('parent,child_count'), [link('parent'), link('child_count')])
  t.strictSame(parse('parent.tag,parent,parent.parent.marks,note'), [
    link('parent', link('tag'), link('parent', link('marks'))),
    link('note'),
  ])
  t.strictSame(parse('parent,parent'), [link('parent')])
  t.strictSame(parse('children.child_count'), [link('children', link('child_count'))])
  t.end()
})

t.test('a tree is frozen', (t) => {
  const [first] = parse('parent.tag')
  t.ok(Object.isFrozen(first) && Object.isFrozen(first?.includes))
  t.end()
})

t.test('what is not known is refused', (t) => {
  for (const path of [
    '',
    'unheard',
    'text',
    'parent.',
    '.parent',
    'parent.text',
    'child_count.parent',
    'constructor',
    'parent.__proto__',
    ' parent',
    'parent,',
  ]) {
    const wrong = path === 'parent,' ? '' : path
    t.same(faults(path), [`?include names '${wrong}', which is not known here`])
  }
  t.same(faults('x'.repeat(1000)), [`?include names '${'x'.repeat(130)}', which is not known here`])
  t.same(faults('parent.tag', { isKnown: (_, name) => name !== 'tag' }), [
    "?include names 'parent.tag', which is not known here",
  ])
  t.same(faults('tag.marked', { isKnown: (resource) => resource !== tag }), [
    "?include names 'tag.marked', which is not known here",
  ])
  t.end()
})

t.test('includes are at most three deep and twenty links', (t) => {
  t.same(faults('parent.parent.parent'), [])
  t.same(faults('parent.parent.parent.parent'), ['?include must not go deeper than 3 links'])
  t.same(faults('parent.'.repeat(100_000)), ['?include must not go deeper than 3 links'])
  const names = ['parent', 'tag', 'place', 'pinned', 'note', 'children', 'child_count', 'marks']
  const twenty = names.flatMap((name) => [`parent.children.${name}`, `children.parent.${name}`])
  t.same(faults(twenty.join()), [])
  t.same(faults([...twenty, 'note'].join()), ['?include must be at most 20 links'])
  t.same(faults('parent,'.repeat(19) + 'parent'), [])
  t.same(faults('parent,'.repeat(20) + 'parent'), ['?include must be at most 20 links'])
  t.same(faults('parent,'.repeat(100_000) + 'unheard'), ['?include must be at most 20 links'])
  t.end()
})
