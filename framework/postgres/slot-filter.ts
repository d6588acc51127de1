/** Filters whose values are taken out, so that one SQL text serves every filter of the same shape. */
import { InvalidError } from '../errors.ts'
import type { Filter, FilterOf, Json } from '../filter/filter.ts'
import { queryFilter, searchableAttributes } from '../filter/query.ts'
import type { Attribute } from '../resource/attribute.ts'
import type { ColumnType } from '../resource/column-type.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Parameter } from './database.ts'
import { toArrayParameter, toParameter, toPattern } from './parameter.ts'

/** Stands in SQL for a value that comes later: a value of the call (from 0), or of the caller's access (from -1 down). */
export interface Slot {
  readonly slot: number
}

/** A filter with slots for values. The values of a `oneof` are one slot. */
export type SlotFilter = FilterOf<Slot>

/** Whose values are taken out. */
export type SlotOwner = 'call' | 'access'

/** Takes values out of filters: gathers the values, and a text of the shape that is left. */
export class SlotMaker {
  /** Equal for whatever has the same SQL text. */
  shape = ''
  readonly values: Parameter[] = []
  readonly #registry: Registry
  readonly #owner: SlotOwner

  constructor(registry: Registry, owner: SlotOwner) {
    this.#registry = registry
    this.#owner = owner
  }

  /** A slot for one parameter. */
  slot(value: Parameter): Slot {
    const index = this.values.push(value) - 1
    return { slot: this.#owner === 'call' ? index : -1 - index }
  }

  /** A slot for a value of such a column. */
  value(column: ColumnType, value: unknown): Slot {
    return this.slot(toParameter(column, value))
  }

  /** Takes the values out of a filter over the rows of a resource. @throws InvalidError for an unknown attribute */
  filter(resource: Resource, filter: Filter): SlotFilter {
    switch (filter.kind) {
      case 'all':
      case 'none':
      case 'unknown':
        this.shape += filter.kind
        return filter
      case 'not':
        this.shape += '!'
        return { kind: 'not', filter: this.filter(resource, filter.filter) }
      case 'and':
      case 'or':
        return this.#list(resource, filter.kind, filter.filters)
      case 'query':
        return this.filter(resource, queryFilter(filter.words, searchableAttributes(resource)))
      case 'compare':
        return this.#compare(resource, filter)
      case 'oneof':
        return this.#oneOf(resource, filter)
      case 'exists':
        attributeOf(resource, filter.attribute)
        this.#note(filter.attribute, 'exists', filter.isBefore)
        return filter
      case 'linked':
        return this.#linked(filter)
    }
  }

  #list(resource: Resource, kind: 'and' | 'or', filters: readonly Filter[]): SlotFilter {
    this.shape += `${kind}(`
    const slotted = filters.map((filter) => {
      const inner = this.filter(resource, filter)
      this.shape += ','
      return inner
    })
    this.shape += ')'
    return { kind, filters: slotted }
  }

  #compare(resource: Resource, filter: Extract<Filter, { kind: 'compare' }>): SlotFilter {
    const { attribute, operator, value, isBefore } = filter
    const { column } = attributeOf(resource, attribute)
    this.#note(attribute, operator, isBefore)
    return { ...filter, value: this.slot(operand(column, operator, value)) }
  }

  #oneOf(resource: Resource, filter: Extract<Filter, { kind: 'oneof' }>): SlotFilter {
    const { column } = attributeOf(resource, filter.attribute)
    this.#note(filter.attribute, 'oneof', filter.isBefore)
    return { ...filter, values: [this.slot(toArrayParameter(column, filter.values))] }
  }

  #linked({ join, filter }: Extract<Filter, { kind: 'linked' }>): SlotFilter {
    const on = join.on.map(({ local, remote }) => `${local}=${remote}`)
    this.shape += `${join.target}[${on.join()}](`
    const inner = this.filter(this.#registry.resource(join.target), filter)
    this.shape += ')'
    return { kind: 'linked', join, filter: inner }
  }

  #note(attribute: string, operator: string, isBefore: boolean | undefined): void {
    this.shape += `${isBefore === true ? '~' : ''}${attribute}.${operator}`
  }
}

function operand(
  column: ColumnType,
  operator: Extract<Filter, { kind: 'compare' }>['operator'],
  value: Json,
): Parameter {
  switch (operator) {
    case 'contains':
    case 'startswith':
    case 'endswith':
      return toPattern(operator, value)
    default:
      return toParameter(column, value)
  }
}

/** The attribute of that name. @throws InvalidError when there is none */
export function attributeOf(resource: Resource, name: string): Attribute {
  const found = Object.hasOwn(resource.attributes, name) ? resource.attributes[name] : undefined
  if (found !== undefined) return found
  throw new InvalidError([{ pointer: `/${name}`, detail: 'is not known here' }])
}
