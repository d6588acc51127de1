/** The messenger, put together: its resources, rules, accounts and channels on a database, ready to listen. */
import { randomUUIDv7 } from 'node:crypto'
import { join } from 'node:path'
import {
  createPasswords,
  createSessions,
  createTokens,
  openStores,
  serve,
  type Server,
  type Stores,
} from '../framework/index.ts'
import { createAccounts } from './accounts.ts'
import { loginAction } from './actions/login.ts'
import { logoutAction } from './actions/logout.ts'
import { refreshAction } from './actions/refresh.ts'
import { signUpAction } from './actions/sign-up.ts'
import { onCreateMessage } from './channels.ts'
import type { Config } from './config.ts'
import { report } from './report.ts'
import { all } from './resources/all.ts'
import { seed } from './seed.ts'
import { createSessionRecords } from './session-records.ts'
import { messageStoreFactory } from './stores/message-store-factory.ts'
import { userStoreFactory } from './stores/user-store-factory.ts'
import { readTokenKeys } from './token-keys.ts'

/** A messenger on an open database. Its owner closes it. */
export interface Messenger extends Server {
  readonly stores: Stores<(typeof all)['resources']>
  /** Loads `seed/` unless there are users. @returns how many rows were made */
  seed(): Promise<number>
}

/** Who issues tokens, and for whom. */
const ISSUER = 'holdfast-messenger'

const INFO = Object.freeze({
  title: 'Holdfast messenger',
  version: '0.1.0',
  description:
    'Messages that anyone may read and their authors alone may change. Log in as `admin` with `Password123!`, or sign up.',
})

/** Opens the messenger. @throws DeclarationError for what can't be run; UnavailableError while the database is away */
export async function openMessenger(config: Config): Promise<Messenger> {
  const tokenKeys = await readTokenKeys(config)
  const stores = await openStores({
    registry: all,
    databaseUrl: config.databaseUrl,
    dataFolder: join(config.dataDir, 'pgdata'),
    onError: report,
  })
  const records = createSessionRecords(stores.store('session'))
  const now = Date.now
  const tokens = createTokens({
    keys: tokenKeys,
    issuer: ISSUER,
    audience: ISSUER,
    now,
    isSessionOpen: (session) => records.isOpen(session, now()),
  })
  const sessions = createSessions({ records, tokens, now, newId: randomUUIDv7 })
  const passwords = createPasswords()
  const accounts = createAccounts({ users: stores.store('user'), passwords, sessions })
  stores.feed.follow(({ changes }) => {
    for (const { resource, operation, key } of changes) {
      if (resource === 'session' && operation === 'delete') tokens.revokeSession(key)
    }
  })
  const server = await serve(stores, {
    factories: [userStoreFactory, messageStoreFactory],
    actions: [loginAction, signUpAction, refreshAction, logoutAction].map((make) => make(accounts)),
    channels: [onCreateMessage],
    tokens,
    tokenKeys,
    grantTokens: (grant) =>
      grant.grantType === 'password'
        ? accounts.login(grant.username, grant.password)
        : accounts.refresh(grant.refreshToken),
    allowedOrigins: config.allowedOrigins,
    trustProxy: config.trustProxy,
    isProduction: config.isProduction,
    logger: config.logLevel === 'silent' ? false : { level: config.logLevel },
    info: INFO,
  })
  const folder = new URL('../seed/', import.meta.url)
  return Object.freeze<Messenger>({
    ...server,
    stores,
    seed: () => seed({ stores, passwords, folder }),
  })
}
