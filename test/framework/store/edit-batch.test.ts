import t from 'tap'
import { testBatches } from '../../contracts/store-batches.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('batches', (t) => testBatches(t, (t) => openTestStores(t, samples)))
