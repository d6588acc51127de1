/** Loads `seed/` into an empty database: one JSON file per resource, named for it. */
import { readFile } from 'node:fs/promises'
import {
  ConflictError,
  DeclarationError,
  type Passwords,
  type Stores,
  type Transaction,
} from '../framework/index.ts'

/** What seeding needs. */
export interface SeedOptions {
  readonly stores: Stores
  readonly passwords: Passwords
  /** Where the files are. */
  readonly folder: URL
  /**
   * Asked before the seeds are loaded, answers what writes more in the same transaction, and how many rows that has made. Default: there
   * is no more.
   */
  readonly prepareMore?: () => Promise<(transaction: Transaction) => Promise<number>>
}

type SeedItem = Readonly<Record<string, unknown>>

/**
 * Loads the seeds, all or none, unless there are users already.
 * @returns how many rows were made
 * @throws DeclarationError naming the file that is not as it must be; InvalidError naming file and place of an item that is not
 */
export async function seed(options: SeedOptions): Promise<number> {
  const { stores } = options
  const isEmpty = async (): Promise<boolean> => (await stores.store('user').count()) === 0
  if (!(await isEmpty())) return 0
  const files = await Promise.all(
    stores.registry.list.map(async ({ name }) => ({ name, items: await itemsOf(options, name) })),
  )
  const writeMore = await options.prepareMore?.()
  let more = 0
  try {
    await stores.transactions.transaction(async (transaction) => {
      await insert(stores, files, transaction)
      more = (await writeMore?.(transaction)) ?? 0
    })
  } catch (error) {
    // Another process that started at the same time was faster.
    if (error instanceof ConflictError && !(await isEmpty())) return 0
    throw error
  }
  return files.reduce((sum, { items }) => sum + items.length, more)
}

interface SeedFile {
  readonly name: string
  readonly items: readonly SeedItem[]
}

async function insert(
  stores: Stores,
  files: readonly SeedFile[],
  transaction: Transaction,
): Promise<void> {
  for (const { name, items } of files) {
    for (const [index, item] of items.entries()) {
      const pointer = `seed/${name}.json/${String(index)}`
      await stores.store(name).create(item, { transaction, pointer })
    }
  }
}

async function itemsOf({ folder, passwords }: SeedOptions, name: string): Promise<SeedItem[]> {
  const items = await readItems(folder, name)
  return Promise.all(items.map((item) => withDigest(item, passwords)))
}

/** Keeps the digest of a seeded password, as of every other. */
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
