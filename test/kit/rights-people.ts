/** The people of the table of rights, and what they have to do with each other. */
import type { Person, TestMessenger } from './messenger.ts'

/** Everybody but strangers has to do with the owner, who has a group. */
export interface People {
  readonly owner: Person
  readonly member: Person
  readonly former: Person
  readonly stranger: Person
  readonly friend: Person
  readonly blocked: Person
  /** Two others, who write to each other. */
  readonly others: readonly [Person, Person]
  /** The conversation of the owner. */
  readonly group: string
  /** The conversation of the owner and the blocked, which was there before the block. */
  readonly ended: string
  /** The conversation of the two others. */
  readonly dialogue: string
}

/** Signs them up, and has them do what makes them what they are. */
export async function makePeople(messenger: TestMessenger): Promise<People> {
  const { call, signUp } = messenger
  const post = async (path: string, { token: as }: Person, json: object): Promise<Result> =>
    (await call(`POST /actions/${path}`, { as, json })).json<Result>()
  const [owner, member, former] = [
    await signUp('owner'),
    await signUp('member'),
    await signUp('former'),
  ]
  const [stranger, friend, blocked] = [
    await signUp('stranger'),
    await signUp('friend'),
    await signUp('blocked'),
  ]
  await post('friend-request', friend, { user_id: owner.key })
  await post('friend-accept', owner, { user_id: friend.key })
  // There is no way to make one afterwards.
  const ended = await post('direct-conversation', owner, { user_id: blocked.key })
  await post('person-block', owner, { user_id: blocked.key })
  const others = [await signUp('pat'), await signUp('quinn')] as const
  const made = await post('conversation', owner, { item: { title: 'Garden' } })
  const { join_code } = made.item
  for (const one of [member, former]) await post('conversation-join', one, { join_code })
  const dialogue = await post('direct-conversation', others[0], { user_id: others[1].key })
  const left = { conversation_id: made.key }
  await call('POST /actions/conversation-leave', { as: former.token, json: left })
  const people = { owner, member, former, stranger, friend, blocked, others }
  return { ...people, group: made.key, ended: ended.key, dialogue: dialogue.key }
}

interface Result {
  readonly key: string
  readonly item: Readonly<Record<string, unknown>>
}
