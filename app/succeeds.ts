/** Tells a write that came too late from one that failed. */
import { NotFoundError, StaleError } from '../framework/index.ts'

/** Answers whether the write found its row as it expected; what else goes wrong is thrown. */
export async function succeeds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof StaleError || error instanceof NotFoundError) return false
    throw error
  }
}
