/** What happened and what each subscriber was told, and whether the two fit. */

/** One entry of the log, as the database has it at the end. */
export interface Logged {
  readonly position: number
  readonly resource: string
  readonly operation: string
  readonly key: string
  /** Of rooms. */
  readonly title: string | undefined
  /** Of memberships. */
  readonly person: string | undefined
  readonly room: string | undefined
}

/** An event as a subscriber got it. */
export interface ToldEvent {
  readonly position: number
  readonly op: string
  readonly key: string
  readonly title: string | undefined
}

/** What a subscriber got on one connection, in order. */
export interface Connection {
  /** The cursor that it resumed from; undefined: it began with a snapshot. */
  readonly since: number | undefined
  readonly events: readonly ToldEvent[]
}

/** One subscriber. */
export interface Told {
  readonly person: string
  readonly connections: readonly Connection[]
  /** Titles by room, as snapshots and events made them. */
  readonly view: ReadonlyMap<string, string>
}

/** A run. */
export interface History {
  readonly log: readonly Logged[]
  readonly rolledBack: ReadonlySet<string>
  readonly subscribers: readonly Told[]
  /** What each person may see at the end, by SQL. */
  readonly visible: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Rooms that a person sees without being a member. */
  readonly owned: ReadonlyMap<string, ReadonlySet<string>>
}

/** Every breach of what is promised, as a sentence. */
export function breachesOf(history: History): readonly string[] {
  return history.subscribers.flatMap((told) => [
    ...wrongEvents(history, told),
    ...wrongOrder(told),
    ...pastRevocation(history, told),
    ...wrongView(history, told),
  ])
}

function eventsOf({ connections }: Told): readonly ToldEvent[] {
  return connections.flatMap(({ events }) => events)
}

function wrongEvents({ log, rolledBack }: History, told: Told): readonly string[] {
  const byPosition = new Map(log.map((entry) => [entry.position, entry]))
  return eventsOf(told).flatMap(({ position, key, title, op }) => {
    if (title !== undefined && rolledBack.has(title)) return [`${title} was rolled back and told`]
    const entry = byPosition.get(position)
    if (entry?.key !== key) return [`${String(position)} is told as ${key}, and is another change`]
    return op === 'delete' || entry.title === title
      ? []
      : [`${String(position)} is told as ${String(title)}, and is ${String(entry.title)}`]
  })
}

/** Within a connection positions ascend; over all of them each comes once when those that were seen are dropped. */
function wrongOrder({ person, connections }: Told): readonly string[] {
  const breaches: string[] = []
  for (const { since, events } of connections) {
    let last = since ?? -1
    for (const { position } of events) {
      if (position <= last)
        breaches.push(`${person}: ${String(position)} comes after ${String(last)}`)
      last = position
    }
  }
  return breaches
}

/** How many changes may have been committed since the one that is told. */
const LAG = 20

function pastRevocation({ log, owned }: History, told: Told): readonly string[] {
  return eventsOf(told).flatMap(({ position, key, op }) => {
    if (op === 'delete' || owned.get(told.person)?.has(key) === true) return []
    const own = log.filter(
      ({ resource, person, room }) =>
        resource === 'member' && person === told.person && room === key,
    )
    const before = own.findLast((entry) => entry.position < position)
    // Judged by the rights of the moment at which it is told, which is a little later.
    const isGivenSoon = own.some(
      (entry) =>
        entry.operation === 'create' &&
        entry.position > position &&
        entry.position <= position + LAG,
    )
    return before?.operation === 'delete' && !isGivenSoon
      ? [`${told.person} is told ${String(position)}, after its membership ended`]
      : []
  })
}

function wrongView({ visible }: History, { person, view }: Told): readonly string[] {
  const expected = visible.get(person) ?? new Map<string, string>()
  const keys = new Set([...expected.keys(), ...view.keys()])
  return [...keys].flatMap((key) => {
    const [sees, should] = [view.get(key), expected.get(key)]
    return sees === should
      ? []
      : [`${person} has ${key} as ${String(sees)}, and it is ${String(should)}`]
  })
}
