/** Keeps sessions as rows of their resource. */
import {
  where,
  type EndReason,
  type PlainStore,
  type RequestClient,
  type SessionRecords,
} from '../framework/index.ts'
import { deviceOf } from './device.ts'
import { all } from './resources/all.ts'
import type { session } from './resources/session.ts'
import type { SecurityEvent, SecurityLog } from './security-log.ts'
import { succeeds } from './succeeds.ts'

/** What records of sessions need. */
export interface SessionRecordsParts {
  readonly sessions: PlainStore<typeof session>
  readonly log: SecurityLog
}

/** How the ends of sessions are written down. */
const ENDS: Readonly<Record<EndReason, Pick<SecurityEvent, 'kind' | 'detail'>>> = Object.freeze({
  closed: { kind: 'logout' },
  expired: { kind: 'session_ended', detail: 'It was not used for too long.' },
  reused: { kind: 'session_ended', detail: 'A refresh token came again.' },
  refused: { kind: 'session_ended', detail: 'Its owner may not go on.' },
})

/** Records of sessions over their plain store. That they begin and end is written down with it. */
export function createSessionRecords({
  sessions: store,
  log,
}: SessionRecordsParts): SessionRecords {
  const { transactions } = store
  return Object.freeze<SessionRecords>({
    async insert({ id, subject, familyDigest, digest, expiresAtMs }, client) {
      const item = {
        id,
        user_id: subject,
        ...shownOf(client),
        family_digest: familyDigest,
        refresh_digest: digest,
        expires_at: new Date(expiresAtMs).toISOString(),
      }
      await transactions.transaction(async (transaction) => {
        await store.create(item, { transaction })
        const { address } = item
        await log.record({ kind: 'login', actor: subject, subject, address }, transaction)
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
    remove: (id, { reason, client }) =>
      succeeds(
        transactions.transaction(async (transaction) => {
          const { user_id: subject } = (await store.readOrThrow(id, { transaction })).item
          await store.delete(id, { transaction })
          // Whoever brings a spent token may be a thief, so that nobody is known to have done it.
          const actor = reason === 'closed' ? subject : undefined
          const event = { ...ENDS[reason], actor, subject, address: client?.address }
          await log.record(event, transaction)
        }),
      ),
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
