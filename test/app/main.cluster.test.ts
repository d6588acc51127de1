/** Three messengers on one database that tell each other of changes through the database itself. */
import t from 'tap'
import { askServer, testCluster } from '../contracts/cluster.ts'
import { SERVER_URL } from '../kit/database.ts'

if (SERVER_URL === undefined)
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
else
  await testCluster(t, {
    busUrl: 'postgres',
    // It comes back by itself at once; what was told meanwhile is lost.
    async lose(databaseUrl) {
      const cut = `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'holdfast session%' and datname = current_database()`
      await askServer(databaseUrl, cut)
      return () => undefined
    },
  })
