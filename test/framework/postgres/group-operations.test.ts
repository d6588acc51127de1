/** Pages and counts for groups, by the contract of stores. */

import t from 'tap'
import { testGroups } from '../../contracts/store-pages.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('groups', (t) => testGroups(t, (t) => openTestStores(t, samples)))
