/** Does work again that PostgreSQL has undone for others' sake. */

import { setTimeout } from 'node:timers/promises'

import type { Statement } from './database.ts'
import { isRetriable } from './postgres-error.ts'

/** How many times work is done again at most. */
const MAX_RETRIES = 3
/** The longest pause before the first retry; it doubles each time. */
const FIRST_PAUSE_MS = 10

/**
 * Runs `work`, again from its beginning on a serialization failure, a deadlock, or a named statement that can't be run any
 * more. Such a statement must not be used again, so a retry does without names.
 */
export async function retrying<T>(work: (isRetry: boolean) => Promise<T>): Promise<T> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await work(retries > 0)
    } catch (error) {
      if (retries === MAX_RETRIES || !isRetriable(error)) throw error
    }
    await setTimeout(Math.random() * FIRST_PAUSE_MS * 2 ** retries)
  }
}

/** The same statement, parsed anew. */
export function nameless({ text, values }: Statement): Statement {
  return { text, values }
}
