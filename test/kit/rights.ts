/** Who may do what, as a table: worked out from the rules over real rows, and asked of a server in every way there is. */
import { and, NONE, type Filter } from '../../framework/filter/filter.ts'
import { isPossible, type Access } from '../../framework/security/access.ts'
import { isAuthenticated, type Authorization } from '../../framework/security/authorization.ts'
import { keyFilter } from '../../framework/store/linked-rows.ts'
import type { PlainStore } from '../../framework/store/store.ts'

/** What can be done with one row. */
export const ROW_OPERATIONS = ['read', 'update', 'delete'] as const
export type RowOperation = (typeof ROW_OPERATIONS)[number]

/** How it ends: granted, the status of the refusal, or that nobody is offered it. */
export type Outcome = 'yes' | '400' | '401' | '403' | '404' | 'hidden' | '–'

/** Who somebody is to the rows of the table. */
export interface Role {
  readonly name: string
  readonly caller: Authorization
  /** The access token of that caller. */
  readonly token: string | undefined
}

/** A row, made anew for each question that may change it. */
export interface RowCase {
  readonly resource: string
  /** What row it is. */
  readonly name: string
  /** @returns its key */
  make(): Promise<string>
  /** What an update writes. Empty: there is none, and an event tells of a delete. */
  readonly change: Readonly<Record<string, unknown>>
  readonly operations: readonly RowOperation[]
}

/** Something that is made. */
export interface CreateCase {
  readonly resource: string
  readonly name: string
  /** @param role who makes it */
  item(role: Role): Promise<Readonly<Record<string, unknown>>>
  /** What the app's own code puts beside it; default nothing. */
  readonly sets?: Readonly<Record<string, unknown>>
}

/** A row with an attribute that not everybody who reads the row reads, or that not everybody writes who writes others. */
export interface PartCase {
  readonly resource: string
  readonly name: string
  readonly attribute: string
  /** @returns its key */
  make(): Promise<string>
  /** What an update writes there; undefined: none does. */
  readonly value?: unknown
}

/** To update a part is to update its row with nothing else. */
export function rowOfPart({ value, attribute, ...row }: PartCase): RowCase {
  return { ...row, change: { [attribute]: value }, operations: ['update'] }
}

/** What a table is about. */
export interface Cases {
  readonly rows: readonly RowCase[]
  readonly creates: readonly CreateCase[]
  readonly parts: readonly PartCase[]
}

/** Gives what the rules of a resource say for a caller. */
export interface Rules {
  readonly access: (resource: string, caller: Authorization) => Access
  readonly plain: (resource: string) => PlainStore
}

/** What the rules say of a row. */
export async function outcomesOfRow(
  { access, plain }: Rules,
  { resource, make, change }: RowCase,
  role: Role,
): Promise<Readonly<Record<RowOperation, Outcome>>> {
  const store = plain(resource)
  const granted = access(resource, role.caller)
  const isRow = keyFilter(store.resource, await make())
  const holds = async (rule: Filter): Promise<boolean> =>
    (await store.count(and<Filter>(isRow, rule))) > 0
  const isRead = await holds(granted.read)
  const attributes = Object.keys(change).map((name) => granted.attributes[name])
  const updates = and(granted.update, ...attributes.flatMap((one) => one?.updatable ?? []))
  const written = async (operation: 'update' | 'delete', rule: Filter): Promise<Outcome> => {
    if (!granted.outline.operations[operation]) return '–'
    if (!isAuthenticated(role.caller) && !isPossible(granted[operation])) return '401'
    if (!isRead) return '404'
    return (await holds(rule)) ? 'yes' : '403'
  }
  return {
    read: readOutcome(granted, role, isRead),
    update: await written('update', updates),
    delete: await written('delete', granted.delete),
  }
}

function readOutcome(granted: Access, { caller }: Role, isRead: boolean): Outcome {
  if (!granted.outline.operations.read) return '–'
  if (!isAuthenticated(caller) && !isPossible(granted.read)) return '401'
  return isRead ? 'yes' : '404'
}

/** Undoes what was made to ask about it. */
class Undone extends Error {}

/** What the rules say of making something. */
export async function outcomeOfCreate(
  { access, plain }: Rules,
  { resource, item, sets }: CreateCase,
  role: Role,
): Promise<Outcome> {
  const store = plain(resource)
  const granted = access(resource, role.caller)
  if (!granted.outline.operations.create) return '–'
  if (!isPossible(granted.create)) return isAuthenticated(role.caller) ? '403' : '401'
  const made = await item(role)
  for (const [name, value] of Object.entries(made)) {
    const target = store.resource.attributes[name]?.references
    if (target === undefined || typeof value !== 'string') continue
    const isTarget = keyFilter(plain(target).resource, value)
    const isRead = and<Filter>(isTarget, access(target, role.caller).read)
    if ((await plain(target).count(isRead)) === 0) return '400'
  }
  let granting = 0
  await store.transactions
    .transaction(async (transaction) => {
      const row = { ...made, ...sets, ...granted.sets } as Parameters<typeof store.create>[0]
      const { key } = await store.create(row, { transaction })
      const isRow = keyFilter(store.resource, key)
      granting = await store.count(and<Filter>(isRow, granted.create), { transaction })
      throw new Undone()
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error
    })
  return granting > 0 ? 'yes' : '403'
}

/** Whether the rules let an attribute of a row be read. */
async function outcomeOfPart(
  { access, plain }: Rules,
  { resource, attribute, make }: PartCase,
  role: Role,
): Promise<Outcome> {
  const store = plain(resource)
  const granted = access(resource, role.caller)
  const isRow = keyFilter(store.resource, await make())
  const holds = async (rule: Filter): Promise<boolean> =>
    (await store.count(and<Filter>(isRow, rule))) > 0
  const ofRow = readOutcome(granted, role, await holds(granted.read))
  if (ofRow !== 'yes') return ofRow
  return (await holds(granted.attributes[attribute]?.readable ?? NONE)) ? 'yes' : 'hidden'
}

/** One line of the table. */
export interface RightsLine {
  readonly resource: string
  readonly operation: RowOperation | 'create' | `${'read' | 'update'} ${string}`
  readonly row: string
  /** In the order of the roles. */
  readonly outcomes: readonly Outcome[]
}

/** Works the table out from the rules. */
export async function rightsTable(
  rules: Rules,
  cases: Cases,
  roles: readonly Role[],
): Promise<readonly RightsLine[]> {
  const lines: RightsLine[] = []
  for (const one of cases.creates) {
    const outcomes: Outcome[] = []
    for (const role of roles) outcomes.push(await outcomeOfCreate(rules, one, role))
    lines.push({ resource: one.resource, operation: 'create', row: one.name, outcomes })
  }
  for (const one of cases.rows) {
    const told: Readonly<Record<RowOperation, Outcome>>[] = []
    for (const role of roles) told.push(await outcomesOfRow(rules, one, role))
    for (const operation of one.operations) {
      const outcomes = told.map((outcome) => outcome[operation])
      lines.push({ resource: one.resource, operation, row: one.name, outcomes })
    }
  }
  for (const one of cases.parts) {
    const outcomes: Outcome[] = []
    for (const role of roles) outcomes.push(await outcomeOfPart(rules, one, role))
    const line = { resource: one.resource, row: one.name }
    lines.push({ ...line, operation: `read ${one.attribute}`, outcomes })
    if (one.value === undefined) continue
    const written: Outcome[] = []
    for (const role of roles) {
      written.push((await outcomesOfRow(rules, rowOfPart(one), role)).update)
    }
    lines.push({ ...line, operation: `update ${one.attribute}`, outcomes: written })
  }
  return lines
}
