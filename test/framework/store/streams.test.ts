import t from 'tap'
import { testStreams } from '../../contracts/store-batches.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('streams', (t) => testStreams(t, (t) => openTestStores(t, samples)))
