/** Tests pl.ts: every text is there, with what is put into it. */
import t from 'tap'
import { en } from '../../../../app/web/locales/en.ts'
import { pl } from '../../../../app/web/locales/pl.ts'
import { textFaults } from '../../../kit/text-faults.ts'

t.test('each text is there, whole, and with the forms that its counts need', (t) => {
  t.same(textFaults({ measure: en, texts: pl, forms: 3, isTranslated: true }), [])
  t.end()
})
