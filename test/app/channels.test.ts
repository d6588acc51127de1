/** Tests channels.ts. */
import { test } from 'tap'
import { onCreateMessage } from '../../app/channels.ts'
import { openTestMessenger } from '../kit/messenger.ts'

test('its example is an event as it comes', async (t) => {
  const messenger = await openTestMessenger(t)
  const client = await messenger.connect()
  await client.ask({ type: 'Subscribe', payload: onCreateMessage.name })
  const { example = {} } = onCreateMessage
  t.type(example['text'], 'string')
  const text = example['text'] as string // as just seen
  await messenger.write(text, (await messenger.login('admin')).access_token)
  const { payload, channel } = await client.next()
  t.equal(channel, 'on_create_message')
  const {
    id: _id,
    created_at: _created,
    updated_at: _updated,
    ...rest
  } = payload as object & {
    readonly [name: string]: unknown
  }
  t.match(example, rest)
  t.same(Object.keys(payload as object), Object.keys(example))
})
