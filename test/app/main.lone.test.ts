/** One messenger, as its clients see it: the same as three of them. */
import t from 'tap'
import { testCluster } from '../contracts/cluster.ts'
import { SERVER_URL } from '../kit/database.ts'

if (SERVER_URL === undefined)
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
else await testCluster(t, { busUrl: 'memory' })
