/** Asks a messenger, in every way there is, whether somebody may do what the table of rights says. */
import type { Test } from 'tap'
import { keyValuesOf } from '../../framework/store/linked-rows.ts'
import type { TestMessenger } from './messenger.ts'
import type { Lead } from './rights-leads.ts'
import type { CreateCase, Outcome, PartCase, Role, RowCase, RowOperation } from './rights.ts'
import type { SocketClient } from './socket-client.ts'
import { socketCalls, type SocketCalls } from './socket-calls.ts'

type Result = { readonly key: string } | null
type Item = Readonly<Record<string, unknown>>
/** What an include puts there. */
type Linked = (Item & { readonly results?: readonly { readonly item: Item }[] }) | null

/** The word of a batch's result for the status of the single operation. */
const CODES = {
  '400': /invalid/,
  '401': /unauthenticated/,
  '403': /forbidden/,
  '404': /not_found/,
  hidden: /invalid/,
  '–': /forbidden|not_found/,
} as const
const DONE = { create: 201, read: 200, update: 200, delete: 204 } as const

/** What one line of the table says for one role. */
export interface Asked {
  readonly role: Role
  readonly outcome: Outcome
}

/** A row, and what leads there. */
export interface Led {
  readonly resource: string
  readonly key: string
  readonly from: Lead
}

/** Asks as the roles of a table. */
export interface RightsChecks {
  row(t: Test, one: RowCase, operation: RowOperation, asked: Asked): Promise<void>
  create(t: Test, one: CreateCase, asked: Asked): Promise<void>
  /** Who may not read an attribute gets none, and can't look for it. */
  part(t: Test, one: PartCase, asked: Asked): Promise<void>
  /** Who may not read what a row leads to gets none with it. */
  include(t: Test, led: Led, asked: Asked): Promise<void>
  /** Who may read the row hears of its change, and nobody else. */
  events(t: Test, one: RowCase, asked: readonly Asked[]): Promise<void>
}

/** Makes the checks of one messenger. */
export function rightsChecks(messenger: TestMessenger): RightsChecks {
  const { call, stores } = messenger
  const plainOf = (resource: string) => stores.store(resource as 'message')
  const keyItemOf = (resource: string, key: string): Item => {
    const { resource: declared } = plainOf(resource)
    const values = keyValuesOf(declared, key)
    return Object.fromEntries(declared.key.map((name, at) => [name, values[at]]))
  }
  const filterOf = (resource: string, key: string): object =>
    Object.fromEntries(Object.entries(keyItemOf(resource, key)).map(([name, eq]) => [name, { eq }]))
  const statusOf = (operation: keyof typeof DONE, outcome: Outcome): readonly number[] => {
    if (outcome === 'yes') return [DONE[operation]]
    return outcome === '–' ? [404, 405] : [Number(outcome)]
  }
  async function withCalls(
    { token }: Role,
    work: (over: SocketCalls) => Promise<void>,
  ): Promise<void> {
    const client = await messenger.connect(token)
    await work(socketCalls(client))
    client.socket.terminate()
  }
  const isStatus = (t: Test, found: number, statuses: readonly number[], by: string): void =>
    void t.ok(statuses.includes(found), `${by}: ${String(found)} is ${statuses.join(' or ')}`)

  /** Who may read nothing of a resource at all can't look for it either. */
  function isFound(
    t: Test,
    status: number,
    found: number | undefined,
    { outcome }: Asked,
    by: string,
  ): void {
    if (outcome === 'yes') t.same([status, found], [200, 1], by)
    else if (status === 200) t.equal(found, 0, by)
    else isStatus(t, status, [400, 403], by)
  }

  async function read(t: Test, { resource, make }: RowCase, asked: Asked) {
    const { role, outcome } = asked
    const [key, as, path] = [await make(), role.token, pathOf(resource)]
    const statuses = statusOf('read', outcome)
    isStatus(t, (await call(`GET ${path}/${key}`, { as })).statusCode, statuses, 'GET')
    const filter = filterOf(resource, key)
    const text = encodeURIComponent(JSON.stringify(filter))
    const isRead = outcome === 'yes'
    await withCalls(role, async (over) => {
      const told = await over.call(`${resource}_read`, { key })
      isStatus(t, told.status, outcome === '–' ? [404] : statuses, 'a call')
      if (outcome === '–' || outcome === '401') return
      const count = await over.call<{ count: number }>(`${resource}_count`, { filter })
      isFound(t, count.status, count.payload.count, asked, 'counted by a call')
    })
    if (outcome === '–' || outcome === '401') return
    const batch = (await call(`GET ${path}-batch?keys=${key}`, { as })).json<readonly Result[]>()
    t.equal(batch[0]?.key, isRead ? key : undefined, 'in a batch')
    const page = await call(`GET ${path}-search?filter=${text}`, { as })
    const found = page.json<{ results?: readonly Result[] }>().results?.length
    isFound(t, page.statusCode, found, asked, 'in a search')
    const count = await call(`GET ${path}-count?filter=${text}`, { as })
    isFound(t, count.statusCode, count.json<{ count?: number }>().count, asked, 'in a count')
  }

  /** Each way of writing has a row of its own; what was refused has changed nothing. */
  async function write(
    t: Test,
    { resource, make, change }: RowCase,
    operation: 'update' | 'delete',
    { role, outcome }: Asked,
  ) {
    const [as, path, isDelete] = [role.token, pathOf(resource), operation === 'delete']
    const statuses = statusOf(operation, outcome)
    const held = async (by: string, send: (key: string) => Promise<void>): Promise<void> => {
      const key = await make()
      const before = await plainOf(resource).read(key)
      await send(key)
      const after = await plainOf(resource).read(key)
      if (outcome === 'yes') t.notSame(after, before, `${by} has written`)
      else t.same(after, before, `${by} has written nothing`)
    }
    await held('a request', async (key) => {
      const line = `${isDelete ? 'DELETE' : 'PATCH'} ${path}/${key}`
      const told = await call(line, { as, ...(isDelete ? {} : { json: { item: change } }) })
      isStatus(t, told.statusCode, statuses, line.split(' ')[0] ?? '')
    })
    await held('a batch', async (key) => {
      const item = { ...keyItemOf(resource, key), ...change }
      const edits = [isDelete ? { delete_key: key } : { update_item: item }]
      const told = await call(`PATCH ${path}-batch`, { as, json: { edits } })
      if (told.statusCode !== 200) isStatus(t, told.statusCode, [401, 404, 405], 'a batch')
      else if (outcome === 'yes') t.match(told.json(), [{ success: true }], 'in a batch')
      else t.match(told.json(), [{ success: false, code: CODES[outcome] }], 'in a batch')
    })
    await held('a call', (key) =>
      withCalls(role, async (over) => {
        const input = isDelete ? { key } : { key, item: change }
        const told = await over.call(`${resource}_${operation}`, input)
        isStatus(t, told.status, outcome === '–' ? [404] : statuses, 'a call')
      }),
    )
  }

  return {
    row: (t, one, operation, asked) =>
      operation === 'read' ? read(t, one, asked) : write(t, one, operation, asked),
    async create(t, { resource, item }, { role, outcome }) {
      const [as, path] = [role.token, pathOf(resource)]
      const statuses = statusOf('create', outcome)
      const sent = await call(`POST ${path}`, { as, json: { item: await item(role) } })
      isStatus(t, sent.statusCode, statuses, 'POST')
      await withCalls(role, async (over) => {
        const told = await over.call(`${resource}_create`, { item: await item(role) })
        isStatus(t, told.status, outcome === '–' ? [404] : statuses, 'a call')
      })
      const edits = [{ create_item: await item(role) }]
      const batch = await call(`PATCH ${path}-batch`, { as, json: { edits } })
      if (batch.statusCode !== 200) isStatus(t, batch.statusCode, [401, 404, 405], 'a batch')
      else if (outcome === 'yes') t.match(batch.json(), [{ success: true }], 'in a batch')
      else t.match(batch.json(), [{ success: false, code: CODES[outcome] }], 'in a batch')
    },
    async part(t, { resource, attribute, make }, { role, outcome }) {
      const [key, as, path] = [await make(), role.token, pathOf(resource)]
      const row = await call(`GET ${path}/${key}`, { as })
      const isRead = outcome === 'yes' || outcome === 'hidden'
      isStatus(t, row.statusCode, isRead ? [200] : [Number(outcome)], 'GET')
      const value = (await plainOf(resource).readOrThrow(key)).item[attribute as 'text']
      const isSame = (item: Item | undefined, by: string): void => {
        if (outcome === 'yes') t.equal(item?.[attribute], value, `is read ${by}`)
        else t.equal(item?.[attribute] ?? null, null, `is not read ${by}`)
      }
      isSame(row.json<{ item?: Item }>().item, 'by its key')
      await withCalls(role, async (over) => {
        const told = await over.call<{ item?: Item }>(`${resource}_read`, { key })
        isSame(told.payload.item, 'by a call')
      })
      const isRow = encodeURIComponent(JSON.stringify(filterOf(resource, key)))
      const page = await call(`GET ${path}-search?filter=${isRow}`, { as })
      isSame(page.json<{ results?: readonly { item: Item }[] }>().results?.[0]?.item, 'in a search')
      const filter = { ...filterOf(resource, key), [attribute]: { eq: value } }
      const text = encodeURIComponent(JSON.stringify(filter))
      const count = await call(`GET ${path}-count?filter=${text}`, { as })
      const found = count.json<{ count?: number }>().count
      // That there is no such attribute for who is nobody comes before that it is nobody.
      if (outcome === '401') isStatus(t, count.statusCode, [400, 401], 'in a count')
      else isFound(t, count.statusCode, found, { role, outcome }, 'in a count')
    },
    async include(t, { resource, key, from }, { role, outcome }) {
      const line = `GET ${pathOf(from.resource)}/${from.key}?include=${from.link}`
      const answer = await call(line, { as: role.token })
      const value = answer.json<{ item?: Item }>().item?.[from.link] as Linked | undefined
      const rows = value?.results?.map(({ item }) => item) ?? [value]
      const isThere = rows.some((row) => isMatch(row, keyItemOf(resource, key)))
      t.equal(isThere, outcome === 'yes', `${role.name}, by ${from.resource}.${from.link}`)
    },
    async events(t, { resource, make, change }, asked) {
      const key = await make()
      await messenger.caughtUp()
      const filter = filterOf(resource, key)
      const clients: (readonly [Asked, SocketClient])[] = []
      for (const one of asked) {
        const client = await messenger.connect(one.role.token)
        const payload = { channel: resource, filter }
        const told = await client.ask({ type: 'Subscribe', id: 1, payload })
        // Nothing is there to subscribe to for who may read no row at all.
        if (told['type'] === 'Error') t.not(one.outcome, 'yes', `${one.role.name} is refused`)
        clients.push([one, client])
      }
      if (Object.keys(change).length === 0) await plainOf(resource).delete(key)
      else await plainOf(resource).update(key, change)
      await messenger.caughtUp()
      // Whoever hears of it is judged together with who does not.
      for (const [{ role, outcome }, client] of clients) {
        if (outcome !== 'yes') continue
        t.match(await client.next(), { type: 'Event', key }, `${role.name} hears of it`)
      }
      for (const [{ role }, client] of clients) {
        const next = await client.ask({ type: 'Ping' })
        t.equal(next['type'], 'Pong', `${role.name} hears nothing else`)
        client.socket.terminate()
      }
    },
  }
}

function pathOf(resource: string): string {
  return `/actions/${resource.replaceAll('_', '-')}`
}

function isMatch(row: Item | null | undefined, values: Item): boolean {
  return Object.entries(values).every(([name, value]) => row?.[name] === value)
}
