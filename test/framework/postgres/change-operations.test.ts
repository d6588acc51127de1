import t from 'tap'
import { testDeletes, testUpdates } from '../../contracts/store.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('updates', (t) => testUpdates(t, (t) => openTestStores(t, samples)))
t.test('deletes', (t) => testDeletes(t, (t) => openTestStores(t, samples)))
