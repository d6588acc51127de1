/** The messenger's documents, as they are checked in; `npm run documents` writes them. */
import { writeFile } from 'node:fs/promises'
import { generateTokenKey, openStores } from '../framework/index.ts'
import { readConfig } from './config.ts'
import { openMessenger } from './messenger.ts'
import { report } from './report.ts'
import { all } from './resources/all.ts'

/** A document of the messenger. */
export interface MessengerDocument {
  /** Where it is served. */
  readonly path: string
  /** Where it is checked in. */
  readonly file: URL
  readonly text: string
}

const PATHS = ['/openapi.json', '/asyncapi.json']

/** What the messenger serves: one is opened in memory, asked, and closed. */
export async function messengerDocuments(): Promise<readonly MessengerDocument[]> {
  const stores = await openStores({ registry: all, onError: report })
  const config = { ...readConfig({}), tokenKeys: generateTokenKey(), logLevel: 'silent' as const }
  const messenger = await openMessenger(config, { stores })
  try {
    const served = PATHS.map(async (path) => {
      const answer = await messenger.http.inject(path)
      const file = new URL(`../openapi${path}`, import.meta.url)
      return { path, file, text: `${JSON.stringify(answer.json(), null, 2)}\n` }
    })
    return await Promise.all(served)
  } finally {
    await messenger.close()
  }
}

if (import.meta.main) {
  for (const { file, text } of await messengerDocuments()) await writeFile(file, text)
}
