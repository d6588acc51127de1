/** Which parts of the messenger this server has. */
import { ProblemError } from '../../../framework/client/index.ts'
import type { PageClient } from './client.ts'

/** What is there beside the room of everybody. */
export interface Offers {
  readonly conversations: boolean
  readonly friends: boolean
  readonly media: boolean
  readonly notifications: boolean
}

/** Asks, over the socket. @throws ProblemError when the server does not answer */
export async function findOffers(client: PageClient): Promise<Offers> {
  const [conversations, friends, media, notifications] = await Promise.all([
    isThere(client.call('conversation_count', {})),
    isThere(client.call('friendship_count', {})),
    isThere(client.call('attachment_count', {})),
    isThere(client.call('notification_count', {})),
  ])
  return { conversations, friends, media, notifications }
}

async function isThere(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked
    return true
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'not_found') return false
    throw error
  }
}
