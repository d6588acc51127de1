/** Writers that change notes and seats by REST and by plain SQL, and keep what became of each attempt. */
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { Random } from '../kit/random.ts'
import { goneMark, type Attempt } from './history.ts'
import { milliseconds } from './milliseconds.ts'
import type { World } from './world.ts'

/** Who and what there is. */
export interface Stage {
  readonly people: readonly string[]
  readonly topics: readonly string[]
}

/** Writers at work on one stage. */
export interface Writers {
  readonly attempts: readonly Attempt[]
  /** Creates a note, in one attempt. @returns its text when that is known to be done */
  writeNote(topic: string): Promise<string | undefined>
  grant(topic: string, person: string): Promise<void>
  /** @returns the session; undefined when it is not known to be there */
  logIn(person: string): Promise<string | undefined>
  /** Ends a session. */
  logOut(session: string): Promise<void>
  end(): Promise<void>
}

interface Sent {
  readonly outcome: Attempt['outcome']
  /** Of a batch: the result of its edits. */
  readonly results?: readonly { readonly success: boolean }[]
}

/** A statement, and the mark of what it changes; it changes one row or none. */
interface Step {
  readonly text: string
  readonly values: readonly unknown[]
  readonly mark: string
}

const REQUEST_MS = 5_000
const MAX_PAUSE_MS = 40

/** Starts so many writers of notes, and one of seats. */
export function startWriters(world: World, stage: Stage, random: Random, count: number): Writers {
  const attempts: Attempt[] = []
  /** Notes that are likely to be there, with their revision as far as it is known. */
  const notes = new Map<string, number>()
  /** The mark by which somebody was let in. */
  const seats = new Map<string, string>()
  let marks = 0
  let isOver = false
  const newMark = (): string => `mark ${String(++marks)}`

  async function attempt<T>(
    wanted: readonly string[],
    work: () => Promise<{ outcome: Attempt['outcome']; marks?: readonly string[] } & T>,
  ) {
    const beganAt = performance.now()
    const kept = { marks: wanted, beganAt, outcome: 'unknown' as Attempt['outcome'] }
    attempts.push(kept)
    const result = await work()
    kept.outcome = result.outcome
    if (result.marks !== undefined) kept.marks = result.marks
    return result
  }

  async function send(method: string, path: string, json: unknown): Promise<Sent> {
    try {
      const response = await fetch(`${world.url}/actions/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await world.tokenFor('admin')}`,
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        signal: AbortSignal.timeout(REQUEST_MS),
      })
      const body = await response.text()
      if (response.status >= 500) return { outcome: 'unknown' }
      if (!response.ok) return { outcome: 'undone' }
      return path.endsWith('-batch')
        ? { outcome: 'done', results: JSON.parse(body) as { success: boolean }[] }
        : { outcome: 'done' }
    } catch {
      return { outcome: 'unknown' }
    }
  }

  /** One transaction of plain SQL. @returns the marks of what it changed */
  async function transact(steps: readonly Step[], isKept: boolean) {
    const client = new Client({ connectionString: world.databaseUrl })
    client.on('error', () => undefined) // the query fails too
    const done: string[] = []
    let outcome: Attempt['outcome'] = 'undone'
    try {
      await client.connect()
      await client.query('begin')
      for (const { text, values, mark } of steps) {
        if ((await client.query(text, [...values])).rowCount === 1) done.push(mark)
        // So that transactions overlap, and commit in another order than they began in.
        await milliseconds(random.below(10))
      }
      if (isKept) {
        outcome = 'unknown'
        await client.query('commit')
        outcome = 'done'
      } else await client.query('rollback')
    } catch {
      // Whoever was cut off before the commit has written nothing.
    }
    await client.end().catch(() => undefined)
    return { outcome, marks: done }
  }

  function newItem(topic = random.pick(stage.topics)) {
    const id = randomUUID()
    return { id, topic_id: topic, text: newMark(), revision: 1, level: random.below(10) }
  }
  function sqlStep(): Step {
    const text = newMark()
    const id = notes.size === 0 || random.percent(40) ? undefined : random.pick([...notes.keys()])
    if (id === undefined) {
      const { id: made, topic_id, level } = newItem()
      notes.set(made, 1)
      const insert =
        'insert into note (id, topic_id, text, revision, level) values ($1, $2, $3, 1, $4)'
      return { text: insert, values: [made, topic_id, text, level], mark: text }
    }
    if (random.percent(25)) {
      return { text: 'delete from note where id = $1', values: [id], mark: goneMark(id) }
    }
    const update = 'update note set revision = revision + 1, text = $2, level = $3 where id = $1'
    return { text: update, values: [id, text, random.below(10)], mark: text }
  }
  /** No row twice in one transaction: of two changes by two marks the second one alone might be told. */
  async function writeBySql(): Promise<void> {
    const steps = Array.from({ length: 1 + random.below(3) }, sqlStep)
    // Two that take the same rows in another order would wait for each other.
    const byRow = new Map(steps.map((step) => [String(step.values[0]), step]))
    const ordered = [...byRow].sort(([one], [other]) => (one < other ? -1 : 1))
    const kept = ordered.map(([, step]) => step)
    await attempt(
      kept.map(({ mark }) => mark),
      () => transact(kept, random.percent(70)),
    )
  }
  async function writeNote(topic: string): Promise<string | undefined> {
    const item = newItem(topic)
    const { outcome } = await attempt([item.text], () => send('POST', 'note', { item }))
    if (outcome !== 'undone') notes.set(item.id, 1)
    return outcome === 'done' ? item.text : undefined
  }
  async function updateByRest(id: string, revision: number): Promise<void> {
    const text = newMark()
    const item = { text, revision: revision + 1, level: random.below(10) }
    const json = { item, precondition: { revision: { eq: revision } } }
    const { outcome } = await attempt([text], () => send('PATCH', `note/${id}`, json))
    // What others have written since is not known: then this one is left to SQL.
    if (outcome === 'done' && notes.has(id)) notes.set(id, revision + 1)
  }
  async function deleteByRest(id: string): Promise<void> {
    await attempt([goneMark(id)], () => send('DELETE', `note/${id}`, undefined))
    notes.delete(id)
  }
  /** Its last edit fails, so nothing of it may stay. */
  async function undoneBatch(): Promise<void> {
    const items = [newItem(), newItem()]
    const edits = [
      ...items.map((item) => ({ create_item: item })),
      { update_item: { id: randomUUID(), text: 'nobody' } },
    ]
    await attempt(
      items.map(({ text }) => text),
      async () => {
        const sent = await send('PATCH', 'note-batch', { edits, atomic: true })
        // Whatever the answer says of it, nothing of it may be written.
        return { ...sent, outcome: 'undone' as const }
      },
    )
  }
  async function writeByRest(): Promise<void> {
    const [id, revision] = notes.size === 0 ? [undefined, 0] : random.pick([...notes.entries()])
    const chance = random.below(100)
    if (chance < 10) await undoneBatch()
    else if (id === undefined || chance < 50) await writeNote(random.pick(stage.topics))
    else if (chance < 85) await updateByRest(id, revision)
    else await deleteByRest(id)
  }

  async function grant(topic: string, person: string): Promise<void> {
    const mark = newMark()
    const item = { topic_id: topic, person_id: person, mark }
    const insert = 'insert into seat (topic_id, person_id, mark) values ($1, $2, $3)'
    const step = { text: insert, values: [topic, person, mark], mark }
    const isSql = world.databaseUrl !== undefined && random.percent(40)
    const { outcome } = await attempt<object>([mark], () =>
      isSql ? transact([step], true) : send('POST', 'seat', { item }),
    )
    if (outcome !== 'undone') seats.set(`${topic} ${person}`, mark)
  }
  async function revoke(topic: string, person: string, mark: string): Promise<void> {
    const isSql = world.databaseUrl !== undefined && random.percent(40)
    const remove = 'delete from seat where topic_id = $1 and person_id = $2 and mark = $3'
    const step = { text: remove, values: [topic, person, mark], mark: goneMark(mark) }
    const key = Buffer.from(JSON.stringify([topic, person])).toString('base64url')
    const edits = [{ delete_key: key, precondition: { mark: { eq: mark } } }]
    const { outcome } = await attempt<object>([goneMark(mark)], async () => {
      if (isSql) return transact([step], true)
      const sent = await send('PATCH', 'seat-batch', { edits, atomic: true })
      const isUndone = sent.results?.[0]?.success === false
      return isUndone ? { outcome: 'undone' as const } : sent
    })
    // What is not known to be gone is taken away again.
    if (outcome !== 'unknown') seats.delete(`${topic} ${person}`)
  }
  async function logIn(person: string): Promise<string | undefined> {
    const item = { id: randomUUID(), person_id: person }
    const { outcome } = await attempt([item.id], () => send('POST', 'login', { item }))
    return outcome === 'done' ? item.id : undefined
  }
  async function logOut(session: string): Promise<void> {
    const remove = { text: 'delete from login where id = $1', values: [session] }
    const step = { ...remove, mark: goneMark(session) }
    const isSql = world.databaseUrl !== undefined && random.percent(40)
    await attempt<object>([step.mark], () =>
      isSql ? transact([step], true) : send('DELETE', `login/${session}`, undefined),
    )
  }
  async function moveSeats(): Promise<void> {
    const [topic, person] = [random.pick(stage.topics), random.pick(stage.people)]
    const mark = seats.get(`${topic} ${person}`)
    if (mark === undefined) await grant(topic, person)
    else await revoke(topic, person, mark)
    // Rights change less often than notes.
    await milliseconds(random.below(5 * MAX_PAUSE_MS))
  }
  async function repeat(work: () => Promise<void>): Promise<void> {
    while (!isOver) {
      await work()
      // More would only wait for each other.
      await milliseconds(random.below(MAX_PAUSE_MS))
    }
  }

  const writeSome = (): Promise<void> =>
    world.databaseUrl !== undefined && random.percent(50) ? writeBySql() : writeByRest()
  const running = [repeat(moveSeats), ...Array.from({ length: count }, () => repeat(writeSome))]
  return {
    attempts,
    writeNote,
    grant,
    logIn,
    logOut,
    async end() {
      isOver = true
      await Promise.all(running)
    },
  }
}
