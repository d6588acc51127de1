/** An API over a few people, rooms and posts, for tests of operations. */
import type { Test } from 'tap'
import type { StoreFactory } from '../../framework/store/store-factory.ts'
import { chat, chatFactories } from './chat-resources.ts'
import { openTestApi, type TestApi, type TestApiOptions } from './http.ts'
import { numberedId, openTestStores, type TestStores } from './stores.ts'

/** Callers by name: ids of people. `root` has the scope `admin`. */
export const [ann, bob, carl, root] = [1, 2, 3, 4].map(numberedId) as [
  string,
  string,
  string,
  string,
]
/** Ann owns it, bob is a member. */
export const annsRoom = numberedId(11)
/** Carl owns it, nobody is a member. */
export const carlsRoom = numberedId(12)
/** By ann, in her room: published, and a draft. */
export const [published, draft] = [21, 22].map(numberedId) as [string, string]
/** No row has it. */
export const absent = numberedId(999)

/** An API and what is under it. */
export interface ChatApi extends TestApi {
  readonly stores: TestStores<(typeof chat)['resources']>
}

/** Opens the API. `factories` in place of the usual ones. */
export async function openChatApi(
  t: Test,
  options: Omit<TestApiOptions, 'factories'> & {
    readonly factories?: readonly StoreFactory[]
  } = {},
): Promise<ChatApi> {
  const stores = await openTestStores(t, chat)
  for (const [id, name] of [
    [ann, 'ann'],
    [bob, 'bob'],
    [carl, 'carl'],
    [root, 'root'],
  ] as const) {
    await stores
      .store('person')
      .create({ id, name, email: `${name}@example.org`, digest: `secret ${name}` })
  }
  for (const [id, owner_id] of [
    [annsRoom, ann],
    [carlsRoom, carl],
  ] as const) {
    await stores.store('room').create({ id, title: `Room ${id.slice(-2)}`, owner_id })
  }
  await stores.store('member').create({ room_id: annsRoom, person_id: bob })
  await stores.store('member').create({ room_id: annsRoom, person_id: ann, role: 'host' })
  const post = { room_id: annsRoom, author_id: ann }
  await stores.store('post').create({ ...post, id: published, text: 'Hello' })
  await stores.store('post').create({ ...post, id: draft, text: 'Not yet', draft: true })
  const factories = chatFactories
  const api = await openTestApi(t, stores, { factories, scopes: { [root]: ['admin'] }, ...options })
  return { ...api, stores }
}
