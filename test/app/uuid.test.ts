/** Tests uuid.ts. */
import t from 'tap'
import { UUID } from '../../app/uuid.ts'
import { validatorOf } from '../../framework/resource/validator.ts'
import { numberedId } from '../kit/stores.ts'

t.test('ids are in lower case, as they are compared', (t) => {
  const { isValid } = validatorOf(UUID)
  t.ok(isValid(numberedId(1)))
  for (const value of ['', 'x', 'ABCDEF00-0000-7000-8000-000000000001', `${numberedId(1)} `, 1]) {
    t.notOk(isValid(value), String(value))
  }
  t.end()
})
