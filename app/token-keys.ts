/** Where the messenger's token keys come from: the configuration, a file it names, or one that is made for development. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DeclarationError,
  generateTokenKey,
  parseTokenKeys,
  type TokenKeys,
} from '../framework/index.ts'
import type { Config } from './config.ts'

/** Only the owner of the process may read a key. */
const OWNER_ONLY = 0o600

/**
 * Reads the keys that the configuration gives or names; without any, the one kept in the data folder, made at the first start.
 * @throws DeclarationError when the keys are none, or their file can't be read
 */
export async function readTokenKeys({ tokenKeys, dataDir }: Config): Promise<TokenKeys> {
  if (tokenKeys === undefined) return parseTokenKeys(await keptKey(dataDir))
  if (!tokenKeys.includes('.')) return parseTokenKeys(tokenKeys) // base64 has no dot, the name of a file has
  const text = await readFile(tokenKeys, 'utf8').catch((cause: unknown) => {
    throw new DeclarationError("TOKEN_KEYS names a file that can't be read.", { cause })
  })
  return parseTokenKeys(text)
}

async function keptKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'token-key')
  await mkdir(dataDir, { recursive: true })
  const made = generateTokenKey()
  try {
    await writeFile(file, made, { flag: 'wx', mode: OWNER_ONLY })
    return made
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return readFile(file, 'utf8')
    throw error
  }
}
