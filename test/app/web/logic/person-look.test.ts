/** Tests person-look.ts. */
import t from 'tap'
import { hueOf, HUES, initialsOf, nameOf } from '../../../../app/web/logic/person-look.ts'

t.test('a person has a name, initials and a colour', (t) => {
  t.equal(nameOf({ username: 'tim', full_name: 'Tim Example' }, 'gone'), 'Tim Example')
  t.equal(nameOf({ username: 'tim', full_name: null, deleted_at: null }, 'gone'), 'tim')
  t.equal(nameOf({ username: 'deleted-x', deleted_at: '2026-01-01T00:00:00Z' }, 'gone'), 'gone')
  t.same(['Tim Example', 'tim', 'anna-maria.b', '  ', 'Łucja Ż', '😀 x'].map(initialsOf), [
    'TE',
    'T',
    'AB',
    '?',
    'ŁŻ',
    '😀X',
  ])
  const hues = new Set(Array.from({ length: 100 }, (_, index) => hueOf(`user-${index}`)))
  t.equal(hues.size, HUES)
  t.equal(hueOf('tim'), hueOf('tim'))
  t.end()
})
