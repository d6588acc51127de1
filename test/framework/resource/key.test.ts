/** Keys on the wire: one string for each row, and nothing for what can be no row's key. */

import fc from 'fast-check'
import t from 'tap'
import Type from 'typebox'
import { attribute } from '../../../framework/resource/attribute.ts'
import { keyOf, parseKey, parseKeyOrThrow } from '../../../framework/resource/key.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, mark, note, place, tag } from '../../kit/sample-resources.ts'

const ID = '9b38eb94-573f-43d6-a9e7-910757ce3f54'
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test('a key of one attribute is its value', (t) => {
  t.equal(keyOf(everything, { id: ID }), ID)
  t.equal(keyOf(note, { number: 12 }), '12')
  t.equal(keyOf(tag, { name: 'a b/ü' }), 'a b/ü')
  t.strictSame(parseKey(everything, ID), [ID])
  t.strictSame(parseKey(note, '12'), [12])
  t.strictSame(parseKey(note, '-1'), [-1])
  t.strictSame(parseKey(tag, 'a b/ü'), ['a b/ü'])
  t.end()
})

t.test('a key of several attributes is the base64url of their JSON', (t) => {
  t.equal(keyOf(place, { title: 'Ulm', number: 1, country: 'de' }), encoded(['de', 1]))
  t.strictSame(parseKey(place, encoded(['de', 1])), ['de', 1])
  t.strictSame(parseKey(mark, encoded([ID, 'ü'])), [ID, 'ü'])
  t.end()
})

t.test('every key leads back to its values', (t) => {
  const text = fc.string({ unit: 'grapheme', minLength: 2, maxLength: 16 })
  fc.assert(
    fc.property(
      text.filter((value) => !value.includes('\0')),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      (country, number) => {
        t.strictSame(parseKey(place, keyOf(place, { country, number })), [country, number])
      },
    ),
  )
  t.end()
})

t.test('what can be no key of a row leads nowhere', (t) => {
  const wrong = [
    [everything, ['', 'x', ID.toUpperCase(), `urn:uuid:${ID}`, `{${ID}}`, ` ${ID}`, `${ID}\n`]],
    [note, ['', '1.0', '01', '+1', '-0', '1e3', ' 1', '0x1', '2147483648', '-2147483649', '9'.repeat(400), 'NaN', 'null']],
    [tag, ['', 'a\0', '\ud800', 'x'.repeat(65), 'x'.repeat(2000)]],
    [place, ['', 'x', '{}', encoded({}), encoded([]), encoded(['de']), encoded(['de', '1']), encoded(['de', 1, 2]), encoded([1, 'de']),
      encoded(['de', null]), encoded(['x', 1]), encoded(null), `${encoded(['de', 1])}=`, ` ${encoded(['de', 1])}`,
      Buffer.from('["de", 1]').toString('base64url'), Buffer.from('["de",1.0]').toString('base64url'),
      Buffer.from('["de",1').toString('base64url'), 'A'.repeat(2000)]],
  ] as const // prettier-ignore
  for (const [resource, keys] of wrong) {
    for (const key of keys)
      t.equal(parseKey(resource, key), undefined, `${resource.name} ${key.slice(0, 40)}`)
  }
  t.end()
})

t.test('a boolean key is true or false', (t) => {
  const flag = resource('flag', { attributes: { on: attribute(Type.Boolean()) }, key: 'on' })
  t.equal(keyOf(flag, { on: false }), 'false')
  t.strictSame(parseKey(flag, 'false'), [false])
  t.strictSame(parseKey(flag, 'true'), [true])
  for (const key of ['', '1', 'TRUE', 'null']) t.equal(parseKey(flag, key), undefined)
  t.end()
})

t.test('a wrong key can be an invalid input', (t) => {
  t.strictSame(parseKeyOrThrow(note, '3', '/key'), [3])
  t.same(
    faultsOf(() => parseKeyOrThrow(note, 'x', '/key')),
    ['/key is not a key of note'],
  )
  t.end()
})
