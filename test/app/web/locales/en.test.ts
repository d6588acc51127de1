/** Tests en.ts: every text is whole. */
import t from 'tap'
import { en } from '../../../../app/web/locales/en.ts'
import { textFaults } from '../../../kit/text-faults.ts'

t.test('no text is empty, and each with a count has its forms', (t) => {
  t.same(textFaults({ measure: en, texts: en, forms: 2 }), [])
  const measure = { a: 'x {n} | y {n}', b: { c: 'z', d: 'q' } }
  const texts = { a: 'x {n} | y', b: { c: 'z', e: '' } }
  t.same(textFaults({ measure, texts, forms: 3, isTranslated: true }), [
    'b.d is missing',
    'b.e is too much',
    'a has 2 forms, not 3',
    'a has other places: y',
    'b.c is not translated',
  ])
  t.end()
})
