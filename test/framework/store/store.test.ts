/** The version that a result carries. */

import t from 'tap'
import { VERSION, type Result } from '../../../framework/store/store.ts'

t.test('a version goes with its result, but never out', async (t) => {
  const result: Result = { key: 'a', item: {}, updatable: true, deletable: false, [VERSION]: '7' }
  t.equal(JSON.stringify(result), '{"key":"a","item":{},"updatable":true,"deletable":false}')
  t.equal({ ...result, item: {} }[VERSION], '7')
})
