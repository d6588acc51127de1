/** Creates, by the contract of stores. */

import t from 'tap'
import { testCreates } from '../../contracts/store.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('creates', (t) => testCreates(t, (t) => openTestStores(t, samples)))
