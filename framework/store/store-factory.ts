/** Store factories: how an app puts its rules, and any code of its own, between callers and rows. */
import type { Resource } from '../resource/resource.ts'
import type { Outline } from '../security/access.ts'
import type { Authorization } from '../security/authorization.ts'
import type { Peers, PlainStore, Store } from './store.ts'

/** Makes the store of one caller. Called once per caller and kept as long as the authorization. */
export type StoreOf<R extends Resource = Resource> = (
  authorization: Authorization,
  peers: Peers,
) => Store<R>

/** The insertion point of an app's security: apart from the declaration on purpose. */
export interface StoreFactory<R extends Resource = Resource> {
  readonly resource: R
  /** What some caller may do: documents and input schemas are made from it. */
  readonly outline: Outline
  /** Called once at start with the plain store. */
  open(plain: PlainStore<R>): StoreOf<R>
}
