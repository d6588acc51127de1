/** Tests join-code.ts. */
import t from 'tap'
import { newJoinCode } from '../../app/join-code.ts'
import { JOIN_CODE } from '../../app/resources/conversation.ts'
import { validatorOf } from '../../framework/resource/validator.ts'

t.test('codes are as declared, and no two are the same', (t) => {
  const codes = Array.from({ length: 100 }, newJoinCode)
  t.ok(codes.every((code) => validatorOf(JOIN_CODE).isValid(code)))
  t.equal(new Set(codes).size, 100)
  t.end()
})
