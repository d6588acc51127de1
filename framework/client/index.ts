/** The door for clients: a typed client of any app, for browsers and Node. It brings no code of the server. */

export type { Api, ApiOf } from './api.ts'
export { createClient, type ClientOptions } from './client.ts'
export { byNumber } from './compare-rows.ts'
export type { Presence, PresenceEntry, PresenceOptions } from './presence.ts'
export { ProblemError } from './problem-error.ts'
export type { EditResult, LinkedPage, Page, Result, Row } from './result.ts'
export type { OrderOf, Where } from './selection.ts'
export type { TokenStorage } from './session.ts'
export type {
  BatchEditOf,
  ChannelEvent,
  ChannelOptions,
  Client,
  Handle,
  LiveHandle,
  LiveOptions,
  ResourceClient,
  Search,
} from './typed-client.ts'
