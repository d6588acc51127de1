/** One caller's access with its values taken out, so that callers whose rules have the same shape share their SQL texts. */
import { ALL, type Filter } from '../filter/filter.ts'
import type { ForeignKey, Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Access, AttributeAccess } from '../security/access.ts'
import type { AccessOf } from '../security/secure-filter.ts'
import type { Parameter } from './database.ts'
import { SlotMaker, type Slot, type SlotFilter } from './slot-filter.ts'

/** What a caller may do with one attribute, with slots for values. */
export type SlotAttributeAccess = Readonly<Record<keyof AttributeAccess, SlotFilter>>

/** A foreign key that writes may set, and which rows of its target the caller may point at. */
export interface SlotReference {
  readonly foreignKey: ForeignKey
  readonly read: SlotFilter
}

/** What a caller may do, with slots for values. */
export interface SlotAccess {
  /** Names the shape; never given to another one. */
  readonly id: string
  readonly create: SlotFilter
  readonly read: SlotFilter
  readonly update: SlotFilter
  readonly delete: SlotFilter
  readonly attributes: ReadonlyMap<string, SlotAttributeAccess>
  readonly sets: ReadonlyMap<string, Slot>
  readonly references: readonly SlotReference[]
}

/** One caller's access, taken apart. */
export interface CallerSlots {
  readonly slots: SlotAccess
  readonly values: readonly Parameter[]
}

/** Takes apart the access of one caller; `accessOf` tells which rows of other resources it may read. */
export type TakeApart = (access: Access, accessOf: AccessOf) => CallerSlots

/** Most shapes that are kept. Rules have few; an app that computes accesses may have many. */
const MAX_SHAPES = 1000

/** Takes accesses to one resource apart. Those of the same shape get the same `slots`. */
export function slotAccesses(registry: Registry, resource: Resource): TakeApart {
  const kept = new Map<string, SlotAccess>()
  let count = 0
  return (access, accessOf) => {
    const maker = new SlotMaker(registry, 'access')
    const made = takeApart(maker, { registry, resource, access, accessOf })
    const found = kept.get(maker.shape)
    if (found !== undefined) return { slots: found, values: maker.values }
    count += 1
    const slots = Object.freeze({ ...made, id: String(count) })
    if (kept.size >= MAX_SHAPES) kept.clear()
    kept.set(maker.shape, slots)
    return { slots, values: maker.values }
  }
}

interface Parts {
  readonly registry: Registry
  readonly resource: Resource
  readonly access: Access
  readonly accessOf: AccessOf
}

function takeApart(maker: SlotMaker, parts: Parts): Omit<SlotAccess, 'id'> {
  const { registry, resource, access, accessOf } = parts
  const filter = createRuleTaker(maker, resource)
  return {
    create: filter(access.create),
    read: filter(access.read),
    update: filter(access.update),
    delete: filter(access.delete),
    attributes: new Map(
      Object.entries(access.attributes).map(([name, { readable, creatable, updatable }]) => {
        maker.shape += `;${name}`
        const taken = {
          readable: filter(readable),
          creatable: filter(creatable),
          updatable: filter(updatable),
        }
        return [name, Object.freeze(taken)]
      }),
    ),
    sets: new Map(
      Object.entries(access.sets).map(([name, value]) => {
        maker.shape += `;${name}`
        return [name, maker.value(resource.attributes[name]?.column ?? 'text', value)]
      }),
    ),
    references: registry.foreignKeysOf(resource).map((foreignKey) => {
      const { target } = foreignKey
      maker.shape += ';'
      const read = accessOf(target.name)?.access.read ?? ALL // what no factory serves is guarded by the foreign key alone
      return { foreignKey, read: maker.filter(target, read) }
    }),
  }
}

/** Takes the same rule apart once. Which rules are the same is part of the shape: each is computed once per row. */
function createRuleTaker(maker: SlotMaker, resource: Resource): (rule: Filter) => SlotFilter {
  const taken = new Map<string, { readonly number: number; readonly filter: SlotFilter }>()
  return (rule) => {
    const key = JSON.stringify(rule)
    const found = taken.get(key)
    maker.shape += found === undefined ? ';' : `;=${found.number}`
    if (found !== undefined) return found.filter
    const filter = maker.filter(resource, rule)
    taken.set(key, { number: taken.size, filter })
    return filter
  }
}
