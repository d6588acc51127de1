/**
 * Kills the messenger between a write and what is told of it: after the restart each acknowledged row is there, each row is
 * told once, and nothing is told of what was rolled back.
 */
import t from 'tap'
import { prepareHome, startMessenger, type MessengerProcess } from '../kit/messenger-process.ts'
import { rounds } from '../kit/rounds.ts'
import type { Frame, SocketClient } from '../kit/socket-client.ts'

const ROUNDS = rounds({ test: 2, soak: 20 })
const WRITERS = 4
const CHANNEL = 'on_create_message'

interface Page {
  readonly results: readonly { readonly key: string; readonly item: { readonly text: string } }[]
  readonly next_page_key: string | null
}

/** Subscribes from a cursor, or from now on. @returns the cursor that it begins with */
async function subscribe(client: SocketClient, since?: string): Promise<string> {
  const payload = { channel: CHANNEL, ...(since === undefined ? {} : { since }) }
  const { payload: told } = await client.ask({ type: 'Subscribe', payload })
  const { cursor, recovered } = told as { readonly cursor: string; readonly recovered: boolean }
  t.equal(recovered, true)
  return cursor
}

/** Writes until the process is gone; every third write is a batch that is rolled back. @returns what was acknowledged */
async function writeUntilKilled(
  { send, end }: MessengerProcess,
  {
    as,
    name,
    killAfter,
  }: { readonly as: string; readonly name: string; readonly killAfter: number },
): Promise<readonly string[]> {
  const acknowledged: string[] = []
  const write = async (writer: number): Promise<void> => {
    for (let number = 0; ; number += 1) {
      const text = `${name}-${String(writer)}-${String(number)}`
      const isKept = number % 3 !== 2
      const edits = [{ create_item: { text } }, { update_item: { id: ABSENT, text } }]
      const response = isKept
        ? await send('POST', '/actions/message', { as, json: { item: { text } } })
        : await send('PATCH', '/actions/message-batch', { as, json: { edits, atomic: true } })
      await response.text()
      if (isKept && response.status === 201) acknowledged.push(text)
      if (acknowledged.length === killAfter) await end('SIGKILL')
    }
  }
  const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer))
  // Each ends with the connection.
  await Promise.allSettled(writers)
  return acknowledged
}

const ABSENT = '00000000-0000-7000-8000-000000000009'

async function rowsOf({ send }: MessengerProcess, name: string): Promise<readonly string[]> {
  const texts: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const query = `text__startswith=${name}-&limit=100${next === '' ? '' : `&page_key=${next}`}`
    const page = (await (await send('GET', `/actions/message-search?${query}`)).json()) as Page
    texts.push(...page.results.map(({ item }) => item.text))
    next = page.next_page_key
  }
  return texts
}

/** The events that come until one with that key does. */
async function eventsUntil(client: SocketClient, key: string): Promise<readonly Frame[]> {
  const events: Frame[] = []
  for (;;) {
    const event = await client.next()
    if (event['key'] === key) return events
    events.push(event)
  }
}

t.test('what was acknowledged is kept and told, and what is told is kept', async (t) => {
  const home = { ...(await prepareHome(t)), LOG_LEVEL: 'silent' }
  let messenger = await startMessenger(t, home)
  const as = await messenger.login()
  for (let round = 0; round < ROUNDS; round += 1) {
    const name = `round${String(round)}`
    const cursor = await subscribe(await messenger.connect())
    const killAfter = 5 + 7 * round
    const acknowledged = await writeUntilKilled(messenger, { as, name, killAfter })
    t.ok(acknowledged.length >= killAfter)

    messenger = await startMessenger(t, home)
    const client = await messenger.connect()
    await subscribe(client, cursor)
    const json = { item: { text: 'That is all.' } }
    const last = await messenger.send('POST', '/actions/message', { as, json })
    t.equal(last.status, 201, 'the token is good after the restart')
    const { key } = (await last.json()) as { readonly key: string }
    const told = (await eventsUntil(client, key)).map(
      ({ payload }) => (payload as { readonly text: string }).text,
    )
    const rows = await rowsOf(messenger, name)
    t.same(told.toSorted(), rows.toSorted(), 'each row is told once, and nothing else')
    t.same(
      acknowledged.filter((text) => !rows.includes(text)),
      [],
      'nothing acknowledged is lost',
    )
    t.same(
      rows.filter((text) => Number(text.split('-').at(-1)) % 3 === 2),
      [],
      'nor half done',
    )
  }
  t.equal((await messenger.end('SIGTERM')).code, 0)
})
