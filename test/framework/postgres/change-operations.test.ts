/** Updates and deletes, of any row and of one that is not left alone. */

import t from 'tap'
import { ConflictError } from '../../../framework/errors.ts'
import type { Database, QueryResult } from '../../../framework/postgres/database.ts'
import { createPlainStores } from '../../../framework/postgres/postgres-stores.ts'
import { testDeletes, testUpdates } from '../../contracts/store.ts'
import { samples } from '../../kit/sample-resources.ts'
import { numberedId, openTestStores } from '../../kit/stores.ts'

t.test('updates', (t) => testUpdates(t, (t) => openTestStores(t, samples)))
t.test('deletes', (t) => testDeletes(t, (t) => openTestStores(t, samples)))

t.test(
  'a row that changes between the write and the look is written again, three times',
  async (t) => {
    const { database } = await openTestStores(t, samples)
    let misses = 0
    /** The first writes find no row, as if another had changed it just then and changed it back. */
    const query = async (statement: Parameters<Database['query']>[0]): Promise<QueryResult> => {
      if (/^(update|delete)/.test(statement.text) && misses-- > 0) {
        return { columns: [], rows: [], rowCount: 0, command: 'UPDATE' }
      }
      return database.query(statement)
    }
    const { store } = createPlainStores({
      registry: samples,
      database: { ...database, query },
      now: () => 0,
      newId: () => numberedId(1),
    })
    const { key } = await store('tag').create({ name: 'a' })
    misses = 2
    t.equal((await store('tag').update(key, { description: 'b' })).item.description, 'b')
    misses = 3
    await t.rejects(store('tag').update(key, { description: 'c' }), ConflictError)
    misses = 3
    await t.rejects(store('tag').delete(key), ConflictError)
    misses = 2
    await store('tag').delete(key)
    t.equal(await store('tag').read(key), undefined)
  },
)
