/** The stores of resources whose rows are in a PostgreSQL database. */
import { ALL, NONE } from '../filter/filter.ts'
import { parseKey } from '../resource/key.ts'
import type { ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import {
  openAccess,
  type Access,
  type AttributeAccess,
  type AttributeOutline,
} from '../security/access.ts'
import { ANONYMOUS } from '../security/authorization.ts'
import { editBatch } from '../store/edit-batch.ts'
import { streamOperations } from '../store/streams.ts'
import type { OperationOptions, PlainStore, SingleOperations, Store } from '../store/store.ts'
import { changeOperations } from './change-operations.ts'
import { createOperation } from './create-operation.ts'
import type { Database } from './database.ts'
import { wireTime } from './generated-values.ts'
import { groupOperations } from './group-operations.ts'
import { createPlanCache, type PlanCache } from './plan.ts'
import { readOperations } from './read-operations.ts'
import { secretsStatement } from './read-statements.ts'
import { slotAccesses } from './slot-access.ts'
import { attributeOf } from './slot-filter.ts'
import { storeScope, type Caller, type ResourceScope, type StoreScope } from './store-scope.ts'
import { createTransactions, type StoreTransactions } from './transactions.ts'
import { violationTeller } from './violation.ts'

/** What stores are made from. */
export interface PlainStoresOptions<M extends ResourceMap = ResourceMap> {
  readonly registry: Registry<M>
  readonly database: Database
  /** Milliseconds since the epoch, for generated times. */
  readonly now: () => number
  /** Makes the uuids of generated attributes, for rows of a resource. */
  readonly newId: (resource: string) => string
  /** Told, at once and after each commit, that something was written. */
  readonly onWrite?: () => void
  /** Told of each defect of the server that stays within the results of a batch. */
  readonly onDefect?: (error: unknown) => void
}

/** The stores without a caller, and what they share. */
export interface PlainStores<M extends ResourceMap = ResourceMap> {
  /** The store of that resource. @throws DeclarationError when there is no such resource */
  store<N extends keyof M & string>(name: N): PlainStore<M[N]>
  readonly transactions: StoreTransactions
  /** How many SQL texts were built so far; it stands still when no new shape is asked for. */
  compiledPlanCount(): number
}

/** Makes the stores of all resources. Their tables must be there when the first operation runs. */
export function createPlainStores<M extends ResourceMap>(
  options: PlainStoresOptions<M>,
): PlainStores<M> {
  const { registry, database, now, newId, onWrite = ignore, onDefect = ignore } = options
  const transactions = createTransactions(database, onWrite)
  const caches: PlanCache[] = []
  const stores = new Map<string, PlainStore>()
  const time = wireTime(now)
  const store = (name: string): PlainStore => {
    const found = stores.get(name)
    if (found !== undefined) return found
    const resource = registry.resource(name)
    const plans = createPlanCache()
    caches.push(plans)
    const shared: ResourceScope = {
      registry,
      resource,
      plans,
      takeApart: slotAccesses(registry, resource),
      transactions,
      time,
      newId: () => newId(name),
      tellViolation: violationTeller(registry, resource),
    }
    const made = plainStore(shared, onDefect)
    stores.set(name, made)
    return made
  }
  return Object.freeze<PlainStores<M>>({
    store: store as PlainStores<M>['store'], // a store is made from the resource of that name
    transactions,
    compiledPlanCount: () => caches.reduce((sum, plans) => sum + plans.compiledCount(), 0),
  })
}

function ignore(): void {
  // Nobody asked to be told.
}

type OnDefect = (error: unknown) => void

function plainStore(shared: ResourceScope, onDefect: OnDefect): PlainStore {
  const access = plainAccess(shared.resource)
  const scope = storeScope(shared, { access, accessOf: () => undefined, isConfined: false })
  const { transactions } = shared
  const withBatches = (single: SingleOperations): Store => {
    const batch = editBatch({ store: single, transactions, onDefect })
    const batched = { ...single, editBatch: batch }
    return Object.freeze<Store>({ ...batched, ...streamOperations(batched) })
  }
  const store: PlainStore = {
    ...withBatches(singleOperations(scope)),
    transactions,
    withBatches,
    unsafeReadSecrets: secretsReader(scope),
    restricted(narrower, peers) {
      const accessOf: Caller['accessOf'] = (name) =>
        name === shared.resource.name
          ? { resource: shared.resource, access: narrower }
          : peers.store(name)
      const own = storeScope(shared, { access: narrower, accessOf, isConfined: true })
      return withBatches(singleOperations(own))
    },
  }
  return Object.freeze(store)
}

function singleOperations(scope: StoreScope): SingleOperations {
  return {
    resource: scope.resource,
    access: scope.access,
    create: createOperation(scope),
    ...changeOperations(scope),
    ...readOperations(scope),
    ...groupOperations(scope),
  }
}

/** Everything but secrets out, everything but keys and counted values in. */
function plainAccess(resource: Resource): Access {
  const open = openAccess(resource, ANONYMOUS)
  const attributes = resource.attributeNames.map((name) => {
    const { readable, onCreate } = attributeOf(resource, name)
    const settable = onCreate?.kind === 'sequence' ? NONE : ALL
    const permitted: AttributeAccess = {
      readable: readable ? ALL : NONE,
      creatable: settable,
      updatable: settable,
    }
    return [name, Object.freeze(permitted)] as const
  })
  const outlined = attributes.map(([name, { readable, creatable, updatable }]) => {
    const outline: AttributeOutline = {
      readable: readable === ALL,
      creatable: creatable === ALL,
      updatable: updatable === ALL,
    }
    return [name, Object.freeze(outline)] as const
  })
  return Object.freeze({
    ...open,
    attributes: Object.freeze(Object.fromEntries(attributes)),
    outline: Object.freeze({
      ...open.outline,
      attributes: Object.freeze(Object.fromEntries(outlined)),
    }),
  })
}

function secretsReader(scope: StoreScope): PlainStore['unsafeReadSecrets'] {
  const { resource } = scope
  const names = resource.attributeNames.filter((name) => !attributeOf(resource, name).readable)
  return async (key: string, options?: OperationOptions) => {
    if (names.length === 0) return parseKey(resource, key) && {}
    const maker = scope.values()
    if (!scope.putKey(maker, key)) return undefined
    const plan = scope.plan('secrets', (statements) => secretsStatement(statements, names))
    const { rows } = await scope.run(plan, maker, options)
    const [row] = rows
    return row && Object.fromEntries(names.map((name, index) => [name, row[index]]))
  }
}
