/** Finds people. */
import Type from 'typebox'
import {
  action,
  ForbiddenError,
  keyOf,
  perCaller,
  linkedResultSchema,
  UnauthenticatedError,
  web,
  type Resource,
  type Result,
} from '../../framework/index.ts'
import type { PeopleSearch } from '../people-search.ts'
import { friendship } from '../resources/friendship.ts'
import { user } from '../resources/user.ts'

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 50

type Found<R extends Resource> = readonly (Result<R> | undefined)[]

/** Finds people, with what each is to the caller. */
export function searchPeopleAction(search: PeopleSearch) {
  return action('search_people', {
    description:
      'Finds users by username, and by full name where you may read it, also when they are written a little wrong; best first. ' +
      'Each comes with its `friendship`: what it is to you, or null. Who has blocked you is not found.',
    input: Type.Object(
      {
        query: Type.String({ minLength: 2, maxLength: 100, examples: ['tim exmaple'] }),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT }),
        ),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      { results: Type.Array(linkedResultSchema(user, { friendship })) },
      { additionalProperties: false },
    ),
    triggers: [web()],
    isTransactional: false,
    limits: [perCaller({ count: 60, seconds: 300 })],
    examples: [{ name: 'By a name', input: { query: 'tim exmaple' } }],
    async run({ query, limit = DEFAULT_LIMIT }, { caller, stores }) {
      const { subject } = caller
      const [users, friendships] = [stores.store('user'), stores.store('friendship')]
      if (subject === undefined) throw new UnauthenticatedError()
      if (users === undefined || friendships === undefined) throw new ForbiddenError()
      const keys = await search.find(query, caller, limit)
      const ownKeys = keys.map((other_id) => keyOf(friendship, { user_id: subject, other_id }))
      const found: Found<typeof user> = await users.readBatch(keys)
      const own: Found<typeof friendship> = await friendships.readBatch(ownKeys)
      const results = found.flatMap((result, at) =>
        result === undefined
          ? []
          : [{ ...result, item: { ...result.item, friendship: own[at]?.item ?? null } }],
      )
      return { results }
    },
  })
}
