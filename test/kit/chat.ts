/** A small chat with people, rooms and posts in it, for tests of what callers may do. */
import type { Test } from 'tap'
import type { ResourceError } from '../../framework/errors.ts'
import { ANONYMOUS, type Authorization } from '../../framework/security/authorization.ts'
import { callerStores } from '../../framework/store/caller-stores.ts'
import type { PlainStore, Store } from '../../framework/store/store.ts'
import { chat, chatFactories } from './chat-resources.ts'
import { callerOf, numberedId, openTestStores, type TestStores } from './stores.ts'

type ChatMap = (typeof chat)['resources']

/** Ids of who and what is in the chat. */
export const IDS = Object.freeze({
  ann: numberedId(1),
  bob: numberedId(2),
  cyd: numberedId(3),
  admin: numberedId(4),
  /** Of Ann; Bob is in it. */
  room: numberedId(10),
  /** Of Cyd, who is not a member herself. */
  otherRoom: numberedId(11),
  annPost: numberedId(20),
  annDraft: numberedId(21),
  bobPost: numberedId(22),
  bobDraft: numberedId(23),
})

/** The people, and nobody. */
export const CALLERS = Object.freeze({
  nobody: ANONYMOUS,
  ann: callerOf(IDS.ann),
  bob: callerOf(IDS.bob),
  cyd: callerOf(IDS.cyd),
  admin: callerOf(IDS.admin, 'admin'),
})

/** Somebody's name. */
export type Who = keyof typeof CALLERS

/** The chat, and each person's way into it. */
export interface Chat extends TestStores<ChatMap> {
  /** Makes it as it was at first. */
  reset(): Promise<void>
  as<N extends keyof ChatMap>(who: Who | Authorization, name: N): Store<ChatMap[N]>
}

/** Opens a chat on a fresh database. */
export async function openChat(t: Test): Promise<Chat> {
  const stores = await openTestStores(t, chat)
  await fill(stores)
  const plain = (name: string): PlainStore => stores.store(name as keyof ChatMap) // of one of them
  const peersOf = callerStores({ registry: chat, factories: chatFactories, plain })
  return {
    ...stores,
    async reset() {
      await stores.database.script('truncate person, room, member, post')
      await fill(stores)
    },
    as<N extends keyof ChatMap>(who: Who | Authorization, name: N) {
      const store = peersOf(typeof who === 'string' ? CALLERS[who] : who).store(name)
      return store as unknown as Store<ChatMap[N]> // of the resource of that name
    },
  }
}

async function fill({ store }: TestStores<ChatMap>): Promise<void> {
  const { ann, bob, cyd, admin, room, otherRoom } = IDS
  await store('person').create({ id: ann, name: 'ann', email: 'ann@x', digest: 'secret of ann' })
  await store('person').create({ id: bob, name: 'bob', email: 'bob@x' })
  await store('person').create({ id: cyd, name: 'cyd' })
  await store('person').create({ id: admin, name: 'admin', admin: true })
  await store('room').create({ id: room, title: 'Room of Ann', owner_id: ann })
  await store('room').create({ id: otherRoom, title: 'Room of Cyd', owner_id: cyd })
  await store('member').create({ room_id: room, person_id: ann, role: 'host' })
  await store('member').create({ room_id: room, person_id: bob })
  const posts = [
    [IDS.annPost, ann, 'hello', false],
    [IDS.annDraft, ann, 'draft of ann', true],
    [IDS.bobPost, bob, 'hi ann', false],
    [IDS.bobDraft, bob, 'draft of bob', true],
  ] as const
  for (const [id, author_id, text, draft] of posts) {
    await store('post').create({ id, room_id: room, author_id, text, draft })
  }
}

/** What became of an operation: `done`, or the code of its error. */
export async function outcomeOf(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => 'done',
    (error: unknown) => (error as ResourceError).code,
  )
}
