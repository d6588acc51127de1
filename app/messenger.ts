/** The messenger, put together: its resources, rules, accounts and channels on a database, ready to listen. */
import { randomUUIDv7 } from 'node:crypto'
import { join } from 'node:path'
import {
  createPasswords,
  createSessions,
  createTokens,
  openBus,
  openStores,
  pageFiles,
  serve,
  type Server,
  type ServerOptions,
  type Sessions,
  type Stores,
  type TokenKeys,
} from '../framework/index.ts'
import { createAccounts } from './accounts.ts'
import { allActions } from './actions/all.ts'
import { isPageBuilt, PAGE_FOLDER } from './build-page.ts'
import { onCreateMessage, onNotification } from './channels.ts'
import type { Config } from './config.ts'
import { createConversations } from './conversations.ts'
import { prepareDemonstration } from './demonstration.ts'
import { EXPORTS_COOKIE, EXPORTS_PATH, exportPlugin } from './exports/export-plugin.ts'
import { allJobs } from './jobs/all.ts'
import { MEDIA_COOKIE, MEDIA_PATH } from './media/media-plugin.ts'
import { openMedia, type Media } from './media/media.ts'
import { MIGRATIONS } from './migrations.ts'
import type { Mailer } from './mail/mail.ts'
import { openMailRoute } from './mail/mailer.ts'
import { createPost, type Post } from './mail/post.ts'
import { createLetters } from './mail/templates.ts'
import { createPeople } from './people.ts'
import { report } from './report.ts'
import { all } from './resources/all.ts'
import { revokeBy } from './revocation.ts'
import { scopesOfUser } from './scopes.ts'
import { createSecondFactors } from './second-factor.ts'
import { createSecurityLog, type SecurityLog } from './security-log.ts'
import { seed } from './seed.ts'
import { createSessionRecords } from './session-records.ts'
import { allStoreFactories } from './stores/all.ts'
import { readTokenKeys } from './token-keys.ts'
import { createUnread } from './unread.ts'

/** The stores of the messenger. */
export type MessengerStores = Stores<(typeof all)['resources']>

/** A messenger on an open database. Its owner closes it. */
export interface Messenger extends Server {
  readonly stores: MessengerStores
  /** Undefined: mail can't be sent. */
  readonly mailer: Mailer | undefined
  /** Where mail goes, for the person who starts it. */
  readonly mailDescription: string
  /**
   * Loads `seed/` unless there are users.
   * @param options `isLively`: with a dozen people more who talk to each other; default false
   * @returns how many rows were made
   */
  seed(options?: { readonly isLively?: boolean }): Promise<number>
}

/** Parts that somebody else has made. */
export interface MessengerParts {
  /** Default: opened as the configuration says. The messenger takes them over. */
  readonly stores?: MessengerStores
  /** Where the log goes; default: standard output. */
  readonly logStream?: { write(line: string): void }
  /** Limits of sockets other than the usual ones. */
  readonly socketLimits?: ServerOptions['socketLimits']
  /** Milliseconds since the epoch, for tokens and sessions; default: the system's clock. */
  readonly now?: () => number
  /** Makes ids of sessions; default: uuids of version 7. */
  readonly newId?: () => string
}

/** Who issues tokens, and for whom. */
const ISSUER = 'holdfast-messenger'

/** What images, films and links of the page are asked for with: their elements bring no header. */
const ACCESS_COOKIES = Object.freeze([
  { name: MEDIA_COOKIE, path: MEDIA_PATH },
  { name: EXPORTS_COOKIE, path: EXPORTS_PATH },
])

/** The page, with the paths below which files and uploads are and no views. Vue writes its own templates by a policy of its own. */
const PAGE = Object.freeze({
  folder: PAGE_FOLDER,
  notPages: ['media', 'exports', 'uploads'],
  trustedTypes: ['vue'],
})

const INFO = Object.freeze({
  title: 'Holdfast messenger',
  version: '0.1.0',
  description:
    'Messages that anyone may read and their authors alone may change. Log in as `admin` with `Password123!`, or sign up.',
})

/** Opens the messenger. @throws DeclarationError for what can't be run; UnavailableError while the database is away */
export async function openMessenger(
  config: Config,
  parts: MessengerParts = {},
): Promise<Messenger> {
  const tokenKeys = await readTokenKeys(config)
  const stores = parts.stores ?? (await openMessengerStores(config))
  try {
    return await openOn(stores, { ...parts, config, tokenKeys })
  } catch (error) {
    await stores.close()
    throw error
  }
}

function openMessengerStores({ databaseUrl, dataDir, busUrl }: Config): Promise<MessengerStores> {
  const dataFolder = join(dataDir, 'pgdata')
  const bus =
    databaseUrl === undefined || busUrl === 'memory'
      ? undefined
      : () => openBus({ bus: busUrl, databaseUrl, onError: report })
  return openStores({
    registry: all,
    migrations: MIGRATIONS,
    databaseUrl,
    dataFolder,
    bus,
    onError: report,
  })
}

interface OpenParts extends Omit<MessengerParts, 'stores'> {
  readonly config: Config
  readonly tokenKeys: TokenKeys
}

async function openOn(stores: MessengerStores, parts: OpenParts): Promise<Messenger> {
  const { config, tokenKeys, logStream, socketLimits, now = Date.now } = parts
  const { tokens, sessions, log } = openSessions(stores, parts)
  const media = openMedia(config, stores.store('attachment'))
  const { mailer, plugins, description: mailDescription } = openMailRoute(config)
  const post = mailer && createPost({ letters: createLetters(config.publicUrl), mailer, report })
  const { passwords, accounts, jobs, actions, login, refresh } = openWork(stores, {
    sessions,
    log,
    media,
    post,
    now,
  })
  const { logLevel: level, allowedOrigins, trustProxy, isProduction, areLimitsKept } = config
  const server = await serve(stores, {
    factories: allStoreFactories({ stores, log, now }),
    actions,
    jobs,
    channels: [onCreateMessage, onNotification],
    plugins: [
      ...plugins,
      ...media.plugins,
      exportPlugin({ exports: stores.store('data_export'), storage: media.storage, now }),
      ...(isPageBuilt() ? [pageFiles(PAGE)] : []),
    ],
    tokens,
    tokenKeys,
    grantTokens: (grant, client) =>
      grant.grantType === 'password'
        ? accounts.login(grant, client)
        : accounts.refresh(grant.refreshToken, client),
    grantLimits: { password: login, refresh_token: refresh },
    areLimitsKept,
    sessionCookies: { access: ACCESS_COOKIES },
    allowedOrigins,
    trustProxy,
    isProduction,
    ...(socketLimits && { socketLimits }),
    logger: level === 'silent' ? false : { level, ...(logStream && { stream: logStream }) },
    info: INFO,
  })
  const folder = new URL('../seed/', import.meta.url)
  return Object.freeze<Messenger>({
    ...server,
    async close() {
      // Together: who sends a mail would hold up the server's end.
      await Promise.all([server.close(), mailer?.close()])
      await media.close()
    },
    stores,
    mailer,
    mailDescription,
    seed: ({ isLively = false } = {}) => {
      const prepareMore = () => prepareDemonstration({ stores, passwords, media, now })
      return seed({ stores, passwords, folder, ...(isLively && { prepareMore }) })
    },
  })
}

interface WorkParts {
  readonly sessions: Sessions
  readonly log: SecurityLog
  readonly media: Media
  readonly post: Post | undefined
  readonly now: () => number
}

/** What the messenger does: its actions, and the jobs behind them. */
function openWork(stores: MessengerStores, { sessions, log, media, post, now }: WorkParts) {
  const passwords = createPasswords()
  const people = createPeople({ stores, now })
  const { notifier } = people
  const parts = {
    stores,
    users: stores.store('user'),
    passwords,
    sessionStore: stores.store('session'),
    recoveries: stores.store('password_recovery'),
    confirmations: stores.store('email_confirmation'),
    availabilities: stores.store('availability'),
    log,
    now,
  }
  const factors = stores.store('second_factor')
  const secondFactors = createSecondFactors({ ...parts, factors, issuer: INFO.title })
  const accounts = createAccounts({ ...parts, sessions, secondFactors })
  const { jobs, ...sent } = allJobs({
    ...parts,
    notifier,
    sessions: parts.sessionStore,
    events: stores.store('security_event'),
    notifications: stores.store('notification'),
    media,
    post,
  })
  const work = allActions({
    accounts,
    secondFactors,
    people,
    stores,
    exports: stores.store('data_export'),
    now,
    conversations: createConversations({ stores, notifier, now }),
    unread: createUnread({ stores, now }),
    ...sent,
  })
  return { passwords, accounts, jobs, ...work }
}

/** Sessions, and tokens that are refused from when the log tells that they should be. */
function openSessions(
  stores: MessengerStores,
  { tokenKeys: keys, now = Date.now, newId = randomUUIDv7 }: OpenParts,
) {
  const store = stores.store('session')
  const log = createSecurityLog({ events: stores.store('security_event'), sessions: store, now })
  const records = createSessionRecords({ sessions: store, log })
  const tokens = createTokens({
    keys,
    issuer: ISSUER,
    audience: ISSUER,
    now,
    async isSessionOpen(session, { subject = '', scopes }) {
      if (!(await records.isOpen(session, now()))) return false
      const granted = await scopesOfUser(stores.store('user'), subject)
      return granted !== undefined && scopes.isSubsetOf(new Set(granted))
    },
  })
  stores.feed.follow(({ changes }) => {
    for (const change of changes) revokeBy(change, tokens, now() / 1000)
  })
  return { log, tokens, sessions: createSessions({ records, tokens, now, newId }) }
}
