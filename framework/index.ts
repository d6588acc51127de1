/** The public door of Holdfast: every name that an app uses, written out. */

// What goes wrong
export {
  ConflictError,
  DeclarationError,
  ForbiddenError,
  InternalError,
  InvalidError,
  NotFoundError,
  PreconditionRequiredError,
  ResourceError,
  StaleError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
  type ErrorCode,
  type Fault,
} from './errors.ts'
export { PROBLEMS, toProblem, type Problem } from './problem.ts'

// Declaring resources
export { attribute, type Attribute } from './resource/attribute.ts'
export { index, textIndex, trigramIndex, uniqueIndex } from './resource/declared-index.ts'
export type {
  CreateInput,
  Item,
  LinkName,
  Secrets,
  ServerSetInput,
  UpdateInput,
} from './resource/item.ts'
export {
  belongsTo,
  hasCount,
  hasMany,
  hasOne,
  manyToMany,
  type Link,
  type OnDelete,
} from './resource/link.ts'
export { keyOf } from './resource/key.ts'
export type { Operator } from './resource/operator.ts'
export { resources, type Registry } from './resource/registry.ts'
export { resource, type Resource, type ResourceDeclaration } from './resource/resource.ts'
export {
  bigint,
  createdAt,
  date,
  decimal,
  id,
  reference,
  sequence,
  timestamp,
  updatedAt,
} from './resource/standard-attributes.ts'

// Selecting rows
export { where, type Expression } from './filter/expression.ts'
export { and, not, or, type Filter, type Json } from './filter/filter.ts'
export type { Order, Position } from './filter/order.ts'

// Security
export { type Access, type Outline } from './security/access.ts'
export type { AttributeRules, DeclaredRules, PresenceRules } from './security/access-rules.ts'
export { ANONYMOUS, isAuthenticated, type Authorization } from './security/authorization.ts'
export { addressGroupOf } from './security/address-group.ts'
export type { RequestClient } from './security/request-client.ts'
export type { RuleExpression, RuleWords } from './security/rule.ts'

// Stores and their factories
export {
  attributesStoreFactory,
  type AttributeOverride,
  type AttributeOverrides,
} from './store/attributes-store-factory.ts'
export { cachedStoreFactory, type CacheOptions } from './store/cached-store-factory.ts'
export { loggedStoreFactory, type OperationLogEntry } from './store/logged-store-factory.ts'
export { openStoreFactory } from './store/open-store-factory.ts'
export { ownedStoreFactory, type OwnedOptions } from './store/owned-store-factory.ts'
export { restrictedStoreFactory, type WriteRules } from './store/restricted-store-factory.ts'
export {
  linkedResultSchema,
  resultSchema,
  type LinkedResources,
  type LinkedResult,
} from './store/result-schema.ts'
export type { StoreFactory, StoreOf } from './store/store-factory.ts'
export type {
  BatchOptions,
  ConditionalOptions,
  Edit,
  EditResult,
  Page,
  Peers,
  PlainStore,
  Result,
  Search,
  SearchOptions,
  Store,
  Transaction,
  Transactions,
  WriteOptions,
} from './store/store.ts'
export { wrappedStoreFactory, type WriteOverrides } from './store/wrapped-store-factory.ts'

// Events
export {
  afterCreate,
  afterDelete,
  afterUpdate,
  type ChangeTrigger,
} from './event/change-trigger.ts'
export { channel, type Channel, type ChannelDeclaration } from './event/channel.ts'
export type { Change, WireItem } from './event/change.ts'

// Actions and jobs
export {
  action,
  ITEM_INPUT,
  web,
  type Action,
  type ActionContext,
  type ActionDeclaration,
  type PrepareContext,
} from './action/action.ts'
export {
  CHANGE_PAYLOAD,
  cron,
  job,
  type AnyJob,
  type ConditionalTrigger,
  type CronTrigger,
  type Job,
  type JobContext,
  type JobDeclaration,
  type JobSender,
  type JobSendOptions,
  type JobTransactionOptions,
  type JobTrigger,
  onlyWhen,
  type Retries,
} from './action/job.ts'
export { isPublicAddress } from './action/public-address.ts'
export { sendWebhook, WebhookError, type Webhook, type WebhookOptions } from './action/webhook.ts'
export {
  WEBHOOK_PAYLOAD,
  webhookJob,
  type WebhookEndpoint,
  type WebhookJobDeclaration,
} from './action/webhook-job.ts'
export { newWebhookSecret } from './action/webhook-secret.ts'
export {
  perAccount,
  perAddress,
  perCaller,
  perInput,
  type AccountRates,
  type Limit,
  type Rate,
  type StallingRate,
} from './action/limit.ts'
export type { LimitedAction } from './action/limiter.ts'

// Accounts
export { digestOf, newSecret } from './auth/one-time-secret.ts'
export { checkPassword } from './auth/password-policy.ts'
export { createPasswords, type Passwords } from './auth/passwords.ts'
export {
  newRecoveryCodes,
  spendRecoveryCode,
  type NewRecoveryCodes,
} from './auth/recovery-codes.ts'
export type { EndReason, SessionRecords } from './auth/session-records.ts'
export { createSessions, type Sessions, type TokenPair } from './auth/sessions.ts'
export { generateTokenKey, parseTokenKeys, type TokenKeys } from './auth/token-keys.ts'
export { createTokens, type Tokens } from './auth/tokens.ts'
export {
  newTotpSecret,
  verifyTotp,
  type NewTotpSecret,
  type TotpCheck,
  type TotpLabel,
} from './auth/totp.ts'

export { createWorkGate, type WorkGate, type WorkGateOptions } from './auth/work-gate.ts'

// Databases
export { makeDataFolder } from './postgres/data-folder.ts'
export type { DatabaseOf } from './postgres/database-of.ts'
export type { DeadJob, DeadJobs } from './postgres/dead-jobs.ts'
export type { Jobs } from './postgres/jobs.ts'
export type { Queryable } from './postgres/database.ts'
export { createKysely, sql } from './postgres/kysely.ts'
export type { Migration } from './postgres/migrations.ts'
export { openStores, type OpenStoresOptions, type Stores } from './postgres/open-stores.ts'

// Several processes
export { openBus, type OpenBusOptions } from './bus/open-bus.ts'
export type { Bus, BusTopic } from './event/bus.ts'

// Serving
export { HttpError } from './http/http-error.ts'
export { pageFiles, type PageFilesOptions } from './http/page-files.ts'
export type { SessionCookieOptions } from './http/session-cookies.ts'
export {
  serve,
  type PluginContext,
  type PluginHandler,
  type PluginReply,
  type PluginRequest,
  type Server,
  type ServerOptions,
  type ServerPlugin,
} from './server.ts'
