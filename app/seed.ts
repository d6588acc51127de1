/** Loads `seed/` into an empty database: one JSON file per resource, named for it. */
import { readFile } from 'node:fs/promises'
import { DeclarationError, type Passwords, type Stores } from '../framework/index.ts'

/** What seeding needs. */
export interface SeedOptions {
  readonly stores: Stores
  readonly passwords: Passwords
  /** Where the files are. */
  readonly folder: URL
}

type SeedItem = Readonly<Record<string, unknown>>

/**
 * Loads the seeds, all or none, unless there are users already.
 * @returns how many rows were made
 * @throws DeclarationError naming the file that is not as it must be
 */
export async function seed(options: SeedOptions): Promise<number> {
  const { stores } = options
  if ((await stores.store('user').count()) > 0) return 0
  const files = await Promise.all(
    stores.registry.list.map(async ({ name }) => ({ name, items: await itemsOf(options, name) })),
  )
  return stores.transactions.transaction(async (transaction) => {
    for (const { name, items } of files) {
      for (const item of items)
        await stores.store(name).create(item, { transaction, pointer: name })
    }
    return files.reduce((sum, { items }) => sum + items.length, 0)
  })
}

async function itemsOf({ folder, passwords }: SeedOptions, name: string): Promise<SeedItem[]> {
  const items = await readItems(folder, name)
  return Promise.all(items.map((item) => withDigest(item, passwords)))
}

/** A seeded password is kept as any other: as a digest. */
async function withDigest(item: SeedItem, passwords: Passwords): Promise<SeedItem> {
  const { password, ...rest } = item
  return typeof password === 'string'
    ? { ...rest, password_digest: await passwords.hash(password) }
    : item
}

async function readItems(folder: URL, name: string): Promise<readonly SeedItem[]> {
  const file = `${name}.json`
  const text = await readFile(new URL(file, folder), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '[]'
    throw error
  })
  try {
    const items: unknown = JSON.parse(text)
    if (Array.isArray(items) && items.every(isItem)) return items
  } catch (error) {
    throw new DeclarationError(`seed/${file} is not JSON.`, { cause: error })
  }
  throw new DeclarationError(`seed/${file} must be an array of items.`)
}

function isItem(value: unknown): value is SeedItem {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
