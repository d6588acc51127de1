/** The messenger's OpenAPI document, as it is checked in; `npm run openapi` writes it. */
import { writeFile } from 'node:fs/promises'
import { generateTokenKey, openStores } from '../framework/index.ts'
import { readConfig } from './config.ts'
import { openMessenger } from './messenger.ts'
import { report } from './report.ts'
import { all } from './resources/all.ts'

/** Where it is checked in. */
export const OPENAPI_FILE = new URL('../openapi/openapi.json', import.meta.url)

/** The text of the document that the messenger serves: a messenger is opened in memory, asked, and closed. */
export async function openApiText(): Promise<string> {
  const stores = await openStores({ registry: all, onError: report })
  const config = { ...readConfig({}), tokenKeys: generateTokenKey(), logLevel: 'silent' as const }
  const messenger = await openMessenger(config, { stores })
  try {
    const answer = await messenger.http.inject('/openapi.json')
    return `${JSON.stringify(answer.json(), null, 2)}\n`
  } finally {
    await messenger.close()
  }
}

if (import.meta.main) await writeFile(OPENAPI_FILE, await openApiText())
