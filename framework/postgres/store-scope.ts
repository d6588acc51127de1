/** What the operations of one caller's store share. */
import { UnauthenticatedError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import { parseKey } from '../resource/key.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import { isPossible, type Access } from '../security/access.ts'
import { isAuthenticated } from '../security/authorization.ts'
import { secureFilter, type AccessOf } from '../security/secure-filter.ts'
import { denied } from '../store/denied.ts'
import type { OperationOptions } from '../store/store.ts'
import type { QueryResult } from './database.ts'
import type { Plan, PlanCache, PlanSource } from './plan.ts'
import { toParameter } from './parameter.ts'
import type { StatementScope } from './read-statements.ts'
import type { CallerSlots, SlotAccess, TakeApart } from './slot-access.ts'
import { SlotMaker } from './slot-filter.ts'
import type { StoreTransactions } from './transactions.ts'
import type { TellViolation } from './violation.ts'

/** What every store of a resource shares, whoever calls it. */
export interface ResourceScope {
  readonly registry: Registry
  readonly resource: Resource
  readonly plans: PlanCache
  readonly takeApart: TakeApart
  readonly transactions: StoreTransactions
  /** The time, in wire form. */
  readonly time: () => string
  readonly newId: () => string
  readonly tellViolation: TellViolation
}

/** Whose store it is. */
export interface Caller {
  readonly access: Access
  readonly accessOf: AccessOf
  /** Whether the caller's filters and orders are confined to what it may know; not those of the server's own code. */
  readonly isConfined: boolean
}

/** What the operations of one caller's store share. */
export interface StoreScope extends ResourceScope, Caller {
  /** What the caller may do, with slots for values. */
  rules(): SlotAccess
  /** The values of one call, taken out of what is asked. */
  values(): SlotMaker
  /** The plan of a shape, under this caller's rules. */
  plan<T>(shape: string, source: (statements: StatementScope) => PlanSource<T>): Plan<T>
  run(
    plan: Plan<unknown>,
    maker: SlotMaker,
    options: OperationOptions | undefined,
  ): Promise<QueryResult>
  /** The filter as far as the caller may know. @throws InvalidError naming what it may not */
  secure(filter: Filter, pointer: string): Filter
  /** Puts a key's values in front of a call's; false: it is the key of no row. */
  putKey(maker: SlotMaker, key: string): boolean
}

/** The scope of one caller's store. Its access is taken apart at its first use, when all stores of the caller are there. */
export function storeScope(shared: ResourceScope, caller: Caller): StoreScope {
  const { registry, resource, plans, takeApart, transactions } = shared
  const { access, accessOf, isConfined } = caller
  let taken: CallerSlots | undefined
  const slots = (): CallerSlots => (taken ??= takeApart(access, accessOf))
  const keyColumns = resource.key.map((name) => resource.attributes[name]?.column ?? 'text')
  return Object.freeze<StoreScope>({
    ...shared,
    ...caller,
    rules: () => slots().slots,
    values: () => new SlotMaker(registry, 'call'),
    plan: (shape, source) => {
      const { slots: rules } = slots()
      return plans.plan(`${rules.id}:${shape}`, () => source({ registry, resource, access: rules }))
    },
    run: (plan, maker, options) =>
      transactions
        .queryable(options?.transaction)
        .query(plans.statement(plan, slots().values, maker.values)),
    secure: (filter, pointer) =>
      isConfined ? secureFilter(filter, { resource, access, accessOf, pointer }) : filter,
    putKey(maker, key) {
      const values = parseKey(resource, key)
      if (values === undefined) return false
      keyColumns.forEach((column, index) => maker.slot(toParameter(column, values[index])))
      return true
    },
  })
}

/** @throws UnauthenticatedError when the rule can hold for no row and nobody is logged in */
export function assertNotAnonymous(isPossibleAtAll: boolean, { caller }: Access): void {
  if (!isPossibleAtAll && !isAuthenticated(caller)) throw new UnauthenticatedError()
}

/** @throws ForbiddenError or UnauthenticatedError when the caller may not search or count */
export function assertSearchable(access: Access): void {
  if (!access.isSearchable || !isPossible(access.read)) throw denied(access)
}
