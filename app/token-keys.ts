/** Where the messenger's token keys come from: the configuration, a file it names, or one that is made for development. */
import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DeclarationError,
  generateTokenKey,
  makeDataFolder,
  parseTokenKeys,
  type TokenKeys,
} from '../framework/index.ts'
import type { Config } from './config.ts'

/** Only the owner of the process may read a key. */
const OWNER_ONLY = 0o600

/**
 * Reads the keys that the configuration gives or names; without any, the one kept in the data folder, made at the first start.
 * @throws DeclarationError when the keys are none, or their file can't be read or made; it never holds their text
 */
export async function readTokenKeys({ tokenKeys, dataDir }: Config): Promise<TokenKeys> {
  if (tokenKeys === undefined) {
    const file = join(dataDir, 'token-key')
    return parse(await keptKey(dataDir, file), file)
  }
  if (!(await isPath(tokenKeys))) return parse(tokenKeys, 'TOKEN_KEYS')
  const text = await readFile(tokenKeys, 'utf8').catch((cause: unknown) => {
    throw new DeclarationError(
      "TOKEN_KEYS names a file that can't be read. (A secret that begins with / is written in base64url.)",
      { cause },
    )
  })
  return parse(text, 'The file that TOKEN_KEYS names')
}

/**
 * A secret has no dot, but a path may look like one, and would be a key that anybody can guess: so what is absolute is a path, and
 * whatever is there.
 */
async function isPath(text: string): Promise<boolean> {
  if (/^[/~]|\./.test(text)) return true
  return access(text).then(
    () => true,
    () => false,
  )
}

function parse(text: string, place: string): TokenKeys {
  try {
    return parseTokenKeys(text)
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error
    throw new DeclarationError(`${place}: ${error.message}`, { cause: error })
  }
}

async function keptKey(dataDir: string, file: string): Promise<string> {
  makeDataFolder(dataDir)
  const made = generateTokenKey()
  try {
    await writeFile(file, made, { flag: 'wx', mode: OWNER_ONLY })
    return made
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return readFile(file, 'utf8')
    throw new DeclarationError(
      `No token key can be kept in ${dataDir}. Set DATA_DIR to a folder that this process may write, or TOKEN_KEYS.`,
      { cause: error },
    )
  }
}
