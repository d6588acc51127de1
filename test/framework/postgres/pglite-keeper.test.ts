/** A PGlite that has died comes back on its folder, with everything that it had acknowledged. */

import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

import { UnavailableError } from '../../../framework/errors.ts'
import { openPgliteKeeper } from '../../../framework/postgres/pglite-keeper.ts'
import { command } from '../../../framework/postgres/run-transaction.ts'
import { pgliteTemplate } from '../../kit/database.ts'

t.test('it is started again, once for all who wait, and tried anew when that fails', async (t) => {
  const errors: Error[] = []
  const folder = join(t.testdir(), 'data')
  const keeper = await openPgliteKeeper({
    folder,
    template: await pgliteTemplate(),
    watchdogMs: 1_000,
    onError: (error) => void errors.push(error),
  })
  t.teardown(() => keeper.close())
  const first = await keeper.connect()
  t.equal(keeper.current(), first)
  await first.runScript('create table a (id int); insert into a values (1)', 60_000)
  await t.rejects(first.run(command('select pg_sleep(600)')), UnavailableError)
  t.equal(keeper.current(), undefined)
  t.equal(errors.length, 1)

  renameSync(folder, `${folder}.away`)
  writeFileSync(folder, 'in the way')
  await Promise.all([
    t.rejects(keeper.connect(), UnavailableError),
    t.rejects(keeper.connect(), UnavailableError),
  ])
  t.equal(errors.length, 2)
  rmSync(folder)
  renameSync(`${folder}.away`, folder)

  const [second, third] = await Promise.all([keeper.connect(), keeper.connect()])
  t.equal(second, third)
  t.not(second, first)
  t.match(await second.run(command('select id from a')), { rows: [[1]] })
  await t.rejects(first.run(command('select 1')), UnavailableError)
  t.equal(errors.length, 2)
})

t.test('what was in memory is lost, and is not taken for an empty database', async (t) => {
  const keeper = await openPgliteKeeper({
    template: await pgliteTemplate(),
    watchdogMs: 1_000,
    onError: () => undefined,
  })
  t.teardown(() => keeper.close())
  const connection = await keeper.connect()
  await t.rejects(connection.run(command('select pg_sleep(600)')), UnavailableError)
  await t.rejects(keeper.connect(), { message: /in memory/ })
})
