/** Links as values. */

import t from 'tap'
import {
  belongsTo,
  hasCount,
  hasMany,
  hasOne,
  manyToMany,
} from '../../../framework/resource/link.ts'

t.test('belongsTo blocks deletes unless told otherwise', (t) => {
  t.strictSame(belongsTo('user', 'author_id'), {
    kind: 'belongsTo',
    target: 'user',
    attributes: ['author_id'],
    onDelete: 'block',
  })
  for (const onDelete of ['block', 'cascade', 'nullify', 'ignore'] as const) {
    t.equal(belongsTo('user', 'author_id', { onDelete }).onDelete, onDelete)
  }
  t.strictSame(belongsTo('place', ['country', 'number']).attributes, ['country', 'number'])
  t.end()
})

t.test('what others hold has its kind', (t) => {
  const rest = { target: 'message', attributes: ['author_id'] }
  t.strictSame(hasMany('message', 'author_id'), { kind: 'hasMany', ...rest })
  t.strictSame(hasOne('message', 'author_id'), { kind: 'hasOne', ...rest })
  t.strictSame(hasCount('message', ['author_id']), { kind: 'hasCount', ...rest })
  t.end()
})

t.test('manyToMany goes through a third resource', (t) => {
  t.strictSame(manyToMany('tag', { through: 'mark', from: ['thing_id'], to: 'tag_name' }), {
    kind: 'manyToMany',
    target: 'tag',
    through: 'mark',
    from: ['thing_id'],
    to: ['tag_name'],
  })
  t.end()
})

t.test('links are frozen, and copies of what was given', (t) => {
  const names = ['a', 'b']
  const link = hasMany('tag', names)
  names.push('c')
  t.strictSame(link.attributes, ['a', 'b'])
  t.ok(Object.isFrozen(link) && Object.isFrozen(link.attributes))
  const through = manyToMany('tag', { through: 'mark', from: 'a', to: 'b' })
  t.ok(Object.isFrozen(through) && Object.isFrozen(through.from) && Object.isFrozen(through.to))
  t.ok(Object.isFrozen(belongsTo('tag', 'a')))
  t.end()
})
