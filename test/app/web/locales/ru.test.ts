/** Tests ru.ts: every text is there, with what is put into it. */
import t from 'tap'
import { en } from '../../../../app/web/locales/en.ts'
import { ru } from '../../../../app/web/locales/ru.ts'
import { textFaults } from '../../../kit/text-faults.ts'

t.test('each text is there, whole, and with the forms that its counts need', (t) => {
  t.same(textFaults({ measure: en, texts: ru, forms: 3, isTranslated: true }), [])
  t.end()
})
