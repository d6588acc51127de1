/** Live rows, channels and calls of the client against the messenger itself. */
import t from 'tap'
import type { Api } from '../../../app/api.ts'
import { createClient } from '../../../framework/client/client.ts'
import { createGathering } from '../../kit/gathering.ts'
import { openTestMessenger } from '../../kit/messenger.ts'

const messenger = await openTestMessenger(t)
const url = await messenger.listen({ host: '127.0.0.1', port: 0 })

async function open() {
  const client = createClient<Api>({ url, onError: (error) => void t.error(error) })
  t.teardown(() => client.close())
  await client.login('admin', 'Password123!')
  return client
}

t.test('live rows are the snapshot and every change after it, in order', async (t) => {
  const client = await open()
  const states = createGathering<readonly string[]>()
  const where = { text: { startswith: 'live ' } }
  await client.message.create({ text: 'live b' })
  const live = client.message.live({ where, order: ['text'] }, (rows) =>
    states.add(rows.map(({ item }) => item.text)),
  )
  t.teardown(() => live.close())
  await states.until((all) => all.at(-1)?.join() === 'live b')
  const first = await client.message.create({ text: 'live a' })
  await states.until((all) => all.at(-1)?.join() === 'live a,live b')
  await client.message.update(first.key, { text: 'live c' })
  await states.until((all) => all.at(-1)?.join() === 'live b,live c')
  await client.message.update(first.key, { text: 'gone' })
  await states.until((all) => all.at(-1)?.join() === 'live b')
})

t.test('what is called over the socket is told on it', async (t) => {
  const client = await open()
  const texts = createGathering<string | undefined>()
  const channel = client.channel('on_create_message')
  const handle = channel.subscribe(({ item }) => {
    texts.add(item?.text)
  })
  t.teardown(() => handle.close())
  const made = await client.call('message_create', { item: { text: 'by call' } })
  t.match(made, { item: { text: 'by call' } })
  await texts.until((all) => all.includes('by call'))
})
