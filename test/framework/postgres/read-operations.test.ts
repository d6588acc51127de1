/** Reads by key and pages, by the contract of stores. */

import t from 'tap'
import { testPages } from '../../contracts/store-pages.ts'
import { testKeys } from '../../contracts/store.ts'
import { samples } from '../../kit/sample-resources.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('keys', (t) => testKeys(t, (t) => openTestStores(t, samples)))
t.test('pages', (t) => testPages(t, (t) => openTestStores(t, samples)))
