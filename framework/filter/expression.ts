/** Writes filters and rules as typed code: `row.author_id.eq(me.id).or(me.scope('admin'))`. */
import type {
  AttributesOf,
  Item,
  LinksIn,
  ResourceMap,
  Secrets,
  TargetOf,
} from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import {
  and,
  joinsOf,
  linked,
  not,
  or,
  type AnyFilter,
  type Comparison,
  type Filter,
} from './filter.ts'

/** A filter of the family `F` that can be combined further. */
export interface Expression<F extends AnyFilter = Filter> {
  readonly filter: F
  and(other: Expression<F>): Expression<F>
  or(other: Expression<F>): Expression<F>
  not(): Expression<F>
}

/** What can be asked of one attribute whose values are `T`; `P` are placeholders that may stand for a value. */
export interface Operand<T, P = never, F extends AnyFilter = Filter> {
  eq(value: NonNullable<T> | P): Expression<F>
  ne(value: NonNullable<T> | P): Expression<F>
  lt(value: NonNullable<T> | P): Expression<F>
  lte(value: NonNullable<T> | P): Expression<F>
  gt(value: NonNullable<T> | P): Expression<F>
  gte(value: NonNullable<T> | P): Expression<F>
  oneof(...values: readonly (NonNullable<T> | P)[]): Expression<F>
  contains(text: string): Expression<F>
  startswith(text: string): Expression<F>
  endswith(text: string): Expression<F>
  /** Is not null. */
  exists(): Expression<F>
  /** Is null. */
  notExists(): Expression<F>
}

/** What can be asked over a link: of some row that it leads to. */
export interface LinkOperand<
  M extends ResourceMap,
  R extends Resource,
  P = never,
  F extends AnyFilter = Filter,
> {
  some(ask: (row: RowOperands<M, R, P, F>) => Expression<F>): Expression<F>
}

/** The attributes of a row, secret ones included. */
export type AttributeOperands<R extends Resource, P = never, F extends AnyFilter = Filter> = {
  readonly [K in keyof AttributesOf<R> & string]: Operand<
    K extends keyof Item<R> ? Item<R>[K] : K extends keyof Secrets<R> ? Secrets<R>[K] : never,
    P,
    F
  >
}

/** A row of a resource: its attributes and its links. */
export type RowOperands<
  M extends ResourceMap,
  R extends Resource,
  P = never,
  F extends AnyFilter = Filter,
> = AttributeOperands<R, P, F> & {
  readonly [K in keyof LinksIn<R> & string]: LinkOperand<M, TargetOf<M, LinksIn<R>[K]>, P, F>
}

/** Makes an expression of a filter. */
export function expression<F extends AnyFilter>(filter: F): Expression<F> {
  return Object.freeze<Expression<F>>({
    filter,
    and: (other) => expression(and(filter, other.filter)),
    or: (other) => expression(or(filter, other.filter)),
    not: () => expression(not(filter)),
  })
}

/** The attributes and links of a resource as operands. */
export function rowOperands<
  M extends ResourceMap,
  N extends keyof M & string,
  P = never,
  F extends AnyFilter = Filter,
>(registry: Registry<M>, name: N): RowOperands<M, M[N], P, F> {
  const operands = operandsOf(registry, registry.resource(name))
  return operands as RowOperands<M, M[N], P, F> // built from the names that the type was computed from
}

/** The attributes of a row as it was before an update. Its links are not told: where they led is gone. */
export function beforeOperands<R extends Resource, P = never, F extends AnyFilter = Filter>(
  resource: R,
): AttributeOperands<R, P, F> {
  const operands = Object.freeze(Object.fromEntries(attributesOf(resource, true)))
  return operands as AttributeOperands<R, P, F> // as above
}

/** A filter over a resource, for the app's own calls of stores: `where(all, 'message', (row) => row.text.contains('hi'))`. */
export function where<M extends ResourceMap, N extends keyof M & string>(
  registry: Registry<M>,
  name: N,
  ask: (row: RowOperands<M, M[N]>) => Expression,
): Filter {
  return ask(rowOperands(registry, name)).filter
}

function operandsOf(registry: Registry, resource: Resource): unknown {
  const links = Object.keys(resource.links).map((name) => {
    const joins = joinsOf(registry, resource, name)
    const target = (): Resource => registry.resource(joins.at(-1)?.target ?? resource.name)
    const some = (ask: (row: unknown) => Expression<AnyFilter>) =>
      expression(linked(joins, ask(operandsOf(registry, target())).filter))
    return [name, Object.freeze({ some })] as const
  })
  return Object.freeze(Object.fromEntries<unknown>([...attributesOf(resource, false), ...links]))
}

function attributesOf(resource: Resource, isBefore: boolean): (readonly [string, unknown])[] {
  return resource.attributeNames.map((name) => [name, operand(name, isBefore)])
}

function operand(attribute: string, isBefore: boolean): Operand<unknown, unknown, AnyFilter> {
  const time = isBefore ? { isBefore } : {}
  const compare =
    (operator: Comparison) =>
    (value: unknown): Expression<AnyFilter> =>
      expression<AnyFilter>(Object.freeze({ kind: 'compare', attribute, operator, value, ...time }))
  const exists: AnyFilter = Object.freeze({ kind: 'exists', attribute, ...time })
  return Object.freeze<Operand<unknown, unknown, AnyFilter>>({
    eq: compare('eq'),
    ne: compare('ne'),
    lt: compare('lt'),
    lte: compare('lte'),
    gt: compare('gt'),
    gte: compare('gte'),
    contains: compare('contains'),
    startswith: compare('startswith'),
    endswith: compare('endswith'),
    oneof: (...values) =>
      expression<AnyFilter>(Object.freeze({ kind: 'oneof', attribute, values, ...time })),
    exists: () => expression(exists),
    notExists: () => expression(not(exists)),
  })
}
