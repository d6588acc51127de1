/**
 * A process that writes to PGlite and relays until it is killed. It says on its standard output what it knows for certain:
 * `committed <name>` once a row is acknowledged, `delivered <position> <name>` once a change has reached a follower of the log.
 */

import { writeSync } from 'node:fs'
import { argv, stdout } from 'node:process'
import { openLog } from '../../framework/postgres/log.ts'
import { migrate } from '../../framework/postgres/migrate.ts'
import { openPgliteDatabase } from '../../framework/postgres/pglite-database.ts'
import { startRelay } from '../../framework/postgres/relay.ts'
import { samples } from './sample-resources.ts'

const [, , folder = '', template = '', run = ''] = argv
const say = (line: string): void => void writeSync(stdout.fd, `${line}\n`)
const onError = (error: unknown): void => say(`error ${String(error)}`)

const database = await openPgliteDatabase({ folder, template, onError })
await migrate(database, { registry: samples })
const log = await openLog({ database, registry: samples, onError })
log.follow(({ changes }) => {
  for (const { position, key } of changes) say(`delivered ${String(position)} ${key}`)
})
const relay = startRelay({ database, deliver: log.accept, pollMs: () => 1_000, onError })

/** Every third row is rolled back. */
async function write(name: string, isKept: boolean): Promise<void> {
  const undo = new RangeError('undo')
  try {
    await database.transaction(async (transaction) => {
      await transaction.query({ text: 'insert into tag (name) values ($1)', values: [name] })
      if (!isKept) throw undo
    })
    say(`committed ${name}`)
  } catch (error) {
    if (error !== undo) throw error
  }
  relay.poke()
}

for (let number = 0; ; number += 1) {
  await Promise.all(
    ['a', 'b', 'c'].map((letter, at) =>
      write(`${run}-${String(number)}${letter}`, (number + at) % 3 !== 0),
    ),
  )
}
