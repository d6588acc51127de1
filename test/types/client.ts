/** Proves the types of the client: everything follows from the app's declarations. */

import type { Api } from '../../app/api.ts'
import type { message } from '../../app/resources/message.ts'
import type { user } from '../../app/resources/user.ts'
import type {
  Api as AnyApi,
  Client,
  LinkedPage,
  Page,
  Result,
  Row,
} from '../../framework/client/index.ts'
import type { Item } from '../../framework/index.ts'
import { same, type Same } from './same.ts'

type Message = Item<typeof message>
type User = Item<typeof user>

same<Api extends AnyApi ? true : false, true>(true)

/** As `same`, for the type of a value. */
function exactly<E>() {
  return <T>(_value: T, _expected: Same<T, E>): void => undefined
}

/** Never run. */
export async function use(client: Client<Api>): Promise<void> {
  const made = await client.message.create({ text: 'a' })
  exactly<Result<Message>>()(made, true)
  exactly<string | undefined>()(made.etag, true)
  await client.message.create({ text: 'a', author_id: 'b' })
  // @ts-expect-error the text is missing
  await client.message.create({})
  // @ts-expect-error the store makes it
  await client.message.create({ text: 'a', created_at: 'now' })
  // @ts-expect-error the author never changes
  await client.message.update('a', { author_id: 'b' })
  same<'unheard' extends keyof typeof client ? true : false, false>(true)

  const plain = await client.message.search({
    where: {
      text: { contains: 'a' },
      author: { admin: { eq: true }, authored_messages: { text: { eq: 'b' } } },
      or: [{ created_at: { gt: '2026' } }, { not: { query: 'c' } }],
    },
    order: ['-created_at', 'text'],
  })
  exactly<Page<Message>>()(plain, true)
  // @ts-expect-error no such operator for a boolean
  await client.user.search({ where: { admin: { contains: 'a' } } })
  // @ts-expect-error of another type
  await client.message.search({ where: { text: { eq: 1 } } })
  // @ts-expect-error a count is no filter
  await client.user.search({ where: { authored_message_count: {} } })
  // @ts-expect-error no such attribute
  await client.message.search({ order: '-unheard' })
  // @ts-expect-error no such link
  await client.message.search({ include: 'unheard' })
  // @ts-expect-error a secret is in no filter
  await client.user.count({ password_digest: { eq: 'a' } })

  const found = await client.message.read('a', {
    include: ['author.authored_message_count', 'author.authored_messages'],
  })
  const author = found?.item.author
  exactly<number | undefined>()(author?.authored_message_count, true)
  exactly<LinkedPage<Message> | undefined>()(author?.authored_messages, true)
  same<null extends typeof author ? true : false, true>(true)

  const linked = await client.message.author('a')
  exactly<Result<User> | undefined>()(linked, true)
  const messages = await client.user.authored_messages('a', { where: { text: { eq: 'a' } } })
  exactly<Page<Message> | undefined>()(messages, true)
  const count = await client.user.link('authored_message_count', 'a')
  exactly<number | undefined>()(count, true)

  const signedUp = await client.actions.sign_up({ username: 'tim', password: 'x' })
  exactly<User>()(signedUp.item, true)
  // @ts-expect-error the name is missing
  await client.actions.sign_up({ password: 'x' })
  await client.actions.logout()
  same<'unheard' extends keyof typeof client.actions ? true : false, false>(true)

  const called = await client.call('message_create', { item: { text: 'a' } }, { key: 'k' })
  exactly<Result<Message>>()(called, true)
  const counted = await client.call('user_count', { filter: { admin: { eq: true } } })
  exactly<{ readonly count: number }>()(counted, true)
  const tokens = await client.call('login', { username: 'tim', password: 'x' })
  exactly<'Bearer'>()(tokens.token_type, true)
  // @ts-expect-error of another operation
  await client.call('message_create', { key: 'a' })

  const live = client.message.live(
    { order: '-created_at', compare: { text: (a, b) => a.length - b.length } },
    (rows) => {
      exactly<readonly Row<Message>[]>()(rows, true)
    },
  )
  exactly<readonly Row<Message>[]>()(live.rows, true)

  for await (const event of client.channel('on_create_message')) {
    if (event.op === 'delete') exactly<undefined>()(event.item, true)
    else exactly<Message>()(event.item, true)
  }
  client.channel('user', { where: { username: { eq: 'tim' } } }).subscribe(({ item }) => {
    exactly<User | undefined>()(item, true)
  })
  // @ts-expect-error no such channel
  client.channel('unheard')
}
