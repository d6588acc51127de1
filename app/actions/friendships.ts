/** What people do about each other: ask, answer, end it, block. */
import Type from 'typebox'
import {
  action,
  ForbiddenError,
  perCaller,
  resultSchema,
  UnauthenticatedError,
  web,
  where,
  type ActionContext,
} from '../../framework/index.ts'
import type { FriendshipStep } from '../friendship-steps.ts'
import type { Friendships } from '../friendships.ts'
import { all } from '../resources/all.ts'
import { friendship } from '../resources/friendship.ts'
import { UUID } from '../uuid.ts'

const INPUT = Type.Object(
  { user_id: { ...UUID, description: 'The other.' } },
  { additionalProperties: false },
)
const EXAMPLES = [
  { name: 'Somebody', input: { user_id: '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a03' } },
] as const
/** Each may reach somebody who does not know the caller. */
const REQUESTS = perCaller({ count: 60, seconds: 3600 })

/** Every action about friendships. */
export function friendshipActions(friendships: Friendships) {
  return [
    leading(friendships, 'friend_request', {
      step: 'request',
      description:
        'Asks somebody to be friends; somebody who has asked you becomes a friend at once. Asking again changes nothing.',
    }),
    leading(friendships, 'friend_accept', {
      step: 'accept',
      description: 'Becomes friends with somebody who has asked, also after you have refused.',
    }),
    leading(friendships, 'friend_refuse', {
      step: 'refuse',
      description: 'Refuses somebody who has asked: it is not told, and can not ask you again.',
    }),
    ending(friendships, 'friend_withdraw', {
      step: 'withdraw',
      description: 'Takes back that you have asked.',
    }),
    ending(friendships, 'friend_remove', { step: 'remove', description: 'Ends a friendship.' }),
    leading(friendships, 'person_block', {
      step: 'block',
      description:
        'Blocks somebody, who is not told: it can not ask you nor see whether you are there, and reads of your profile the username alone. ' +
        'A friendship ends.',
    }),
    ending(friendships, 'person_unblock', {
      step: 'unblock',
      description: 'Unblocks somebody. What was before does not come back.',
    }),
  ] as const
}

interface Named {
  readonly step: FriendshipStep
  readonly description: string
}

/** A step after which there is something to see. */
function leading<const N extends string>(
  friendships: Friendships,
  name: N,
  { step, description }: Named,
) {
  return action(name, {
    description,
    input: INPUT,
    output: resultSchema(friendship),
    triggers: [web()],
    limits: step === 'request' ? [REQUESTS] : [],
    examples: EXAMPLES,
    async run({ user_id: other }, context) {
      const me = await take(friendships, { step, other }, context)
      const own = context.stores.store('friendship')
      if (own === undefined) throw new ForbiddenError()
      const filter = where(all, 'friendship', (row) =>
        row.user_id.eq(me).and(row.other_id.eq(other)),
      )
      const { transaction } = context
      const [key] = (await own.search({ filter, limit: 1 }, { transaction })).results.map(
        (result) => result.key,
      )
      return own.readOrThrow(key ?? '', { transaction })
    },
  })
}

/** A step after which nothing is left to see. */
function ending<const N extends string>(
  friendships: Friendships,
  name: N,
  { step, description }: Named,
) {
  return action(name, {
    description,
    input: INPUT,
    triggers: [web()],
    examples: EXAMPLES,
    async run({ user_id: other }, context) {
      await take(friendships, { step, other }, context)
    },
  })
}

/** @returns who has taken the step */
async function take(
  friendships: Friendships,
  { step, other }: { readonly step: FriendshipStep; readonly other: string },
  { caller, transaction }: ActionContext,
): Promise<string> {
  const { subject: me } = caller
  if (me === undefined) throw new UnauthenticatedError()
  await friendships.take(step, { me, other }, transaction)
  return me
}
