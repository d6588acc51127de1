/** Tests delete-account.ts as it is declared; by requests in messenger.erase.test.ts. */
import { test } from 'tap'
import { deleteAccountAction } from '../../../app/actions/delete-account.ts'
import { PROOF_LIMITS } from '../../../app/actions/proof-limits.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'

test('it is limited as all that asks for proofs, and ends the session of a page', (t) => {
  const nothing = {} as never // it does not run
  const action = deleteAccountAction(nothing)
  t.match(action, { endsSession: true, isPublic: false })
  t.same(action.limits, PROOF_LIMITS)
  for (const { input } of action.examples) validatorOf(action.input).check(input)
  t.end()
})
