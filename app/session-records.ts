/** Keeps sessions as rows of their resource. */
import {
  NotFoundError,
  StaleError,
  where,
  type PlainStore,
  type RequestClient,
  type SessionRecords,
} from '../framework/index.ts'
import { deviceOf } from './device.ts'
import { all } from './resources/all.ts'
import type { session } from './resources/session.ts'

/** Records of sessions over their plain store. */
export function createSessionRecords(store: PlainStore<typeof session>): SessionRecords {
  return Object.freeze<SessionRecords>({
    async insert({ id, subject, familyDigest, digest, expiresAtMs }, client) {
      await store.create({
        id,
        user_id: subject,
        ...shownOf(client),
        family_digest: familyDigest,
        refresh_digest: digest,
        expires_at: new Date(expiresAtMs).toISOString(),
      })
    },
    async findByFamily(familyDigest) {
      const filter = where(all, 'session', (row) => row.family_digest.eq(familyDigest))
      const [found] = (await store.search({ filter, limit: 1 })).results
      const secrets = found && (await store.unsafeReadSecrets(found.key))
      if (found === undefined || secrets === undefined) return undefined
      return {
        id: found.key,
        subject: found.item.user_id,
        familyDigest,
        digest: secrets.refresh_digest,
        expiresAtMs: Date.parse(found.item.expires_at),
      }
    },
    async rotate({ id, digest, nextDigest, expiresAtMs, client }) {
      const precondition = where(all, 'session', (row) => row.refresh_digest.eq(digest))
      const item = {
        refresh_digest: nextDigest,
        expires_at: new Date(expiresAtMs).toISOString(),
        ...(client && shownOf(client)),
      }
      return succeeds(store.update(id, item, { precondition }))
    },
    remove: (id) => succeeds(store.delete(id)),
    async isOpen(id, nowMs) {
      const found = await store.read(id)
      return found !== undefined && Date.parse(found.item.expires_at) > nowMs
    },
  })
}

/** What its owner knows a session by. */
function shownOf(client: RequestClient = NOT_KNOWN) {
  return { device: deviceOf(client), address: client.address }
}

const NOT_KNOWN: RequestClient = Object.freeze({ address: 'unknown', userAgent: undefined })

/** Answers whether the write found its row as it expected. */
async function succeeds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof StaleError || error instanceof NotFoundError) return false
    throw error
  }
}
