/** Transactions and their parts, by the contract of stores. */

import t from 'tap'
import { testTransactions } from '../../contracts/store-batches.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('transactions', (t) => testTransactions(t, (t) => openTestStores(t, samples)))
