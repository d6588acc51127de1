/** Tests export-data.ts as it is declared; by requests in messenger.export.test.ts. */
import { test } from 'tap'
import { exportDataAction } from '../../../app/actions/export-data.ts'
import { validatorOf } from '../../../framework/resource/validator.ts'

test('it is in a transaction with its job, for who is logged in, and limited', (t) => {
  const nothing = {} as never // it does not run
  const action = exportDataAction({
    stores: nothing,
    exports: nothing,
    makeExport: nothing,
    now: Date.now,
  })
  t.match(action, { isTransactional: true, isPublic: false })
  t.match(action.limits, [{ kind: 'caller' }])
  for (const { input } of action.examples) validatorOf(action.input).check(input)
  t.end()
})
