/** A server with jobs, as a process that can be killed. Says what its jobs do, each try in a line. */
import { env, stdout } from 'node:process'
import Type from 'typebox'
import { id, job, openStores, resource, resources, serve } from '../../framework/index.ts'

const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir = '' } = env
const say = (line: string): void => void stdout.write(`${line}\n`)
const report = (error: unknown): void => console.error(error)

/** At its first try it never ends. */
const hanging = job('hanging', {
  payload: Type.Object({ text: Type.String() }),
  timeoutSeconds: 3600,
  run({ text }, { id: job, attempt }) {
    say(`hanging ${text} ${job} ${String(attempt)}`)
    return attempt === 1 ? new Promise(() => undefined) : Promise.resolve()
  },
})

const stores = await openStores({
  registry: resources({ card: resource('card', { attributes: { id: id() } }) }),
  databaseUrl,
  dataFolder: `${dataDir}/pgdata`,
  onError: report,
})
const server = await serve(stores, { factories: [], jobs: [hanging] })
process.once('SIGTERM', () => {
  void server.close()
})
if (await server.jobs?.send(hanging, { text: 'once' }, { key: 'once' })) say('sent')
