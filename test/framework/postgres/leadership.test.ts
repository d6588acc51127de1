/** Tests leadership.ts: that one leads at a time, and another one as soon as it has gone. */
import t, { type Test } from 'tap'
import { standForLeader, type Leadership } from '../../../framework/postgres/leadership.ts'
import { keepPgSession } from '../../../framework/postgres/pg-session.ts'
import { createServerDatabase, runOnServer, SERVER_URL } from '../../kit/database.ts'
import { createGathering, type Gathering } from '../../kit/gathering.ts'

interface Candidate {
  readonly leadership: Leadership
  /** What it has been told, or has held itself for. */
  readonly terms: Gathering<boolean>
}

const stand = (t: Test, url: string): Candidate => {
  const terms = createGathering<boolean>()
  const leadership: Leadership = standForLeader({
    keepSession: (options) => {
      const { begin } = options
      const watched = {
        ...options,
        begin: async (query: Parameters<typeof begin>[0]) => {
          await begin(query)
          terms.add(leadership.isLeader())
        },
      }
      return keepPgSession(new URL(url), watched)
    },
    onChange: () => terms.add(leadership.isLeader()),
    onError: () => undefined,
  })
  t.teardown(() => leadership.close())
  return { leadership, terms }
}

const isSo =
  (value: boolean) =>
  (all: readonly boolean[]): boolean =>
    all.at(-1) === value

if (SERVER_URL === undefined)
  t.test('a server', { skip: 'DATABASE_URL is not set' }, () => undefined)
else addServerTests(SERVER_URL)

function addServerTests(serverUrl: string): void {
  t.test('until the first answer everybody leads, then one', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const one = stand(t, url)
    t.equal(one.leadership.isLeader(), true, 'nobody knows better yet')
    await one.terms.until(isSo(true))
    const other = stand(t, url)
    await other.terms.until(isSo(false))
    t.same([one.leadership.isLeader(), other.leadership.isLeader()], [true, false])

    await one.leadership.close()
    t.equal(one.leadership.isLeader(), false)
    await other.terms.until(isSo(true))
  })

  t.test('who loses its connection leads no longer, and whoever gets the lock does', async (t) => {
    const url = await createServerDatabase(t, serverUrl)
    const both = [stand(t, url), stand(t, url)]
    await Promise.all(both.map(({ terms }) => terms.until((all) => all.length > 0)))
    await runOnServer(
      url,
      `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
        where locktype = 'advisory' and granted and datname = current_database()`,
    )
    await Promise.any(both.map(({ terms }) => terms.until((all) => all.includes(true) && all.includes(false)))) // prettier-ignore
    await Promise.any(both.map(({ terms }) => terms.until((all) => all.length > 1 && isSo(true)(all)))) // prettier-ignore
    t.equal(both.filter(({ leadership }) => leadership.isLeader()).length, 1)
  })

  t.test('each database has its own leader', async (t) => {
    const both = [stand(t, await createServerDatabase(t, serverUrl)), stand(t, await createServerDatabase(t, serverUrl))] // prettier-ignore
    await Promise.all(both.map(({ terms }) => terms.until(isSo(true))))
  })
}
