/** The store factory that permits less of some attributes than the one below it. */
import { DeclarationError } from '../errors.ts'
import { NONE } from '../filter/filter.ts'
import type { AttributesOf } from '../resource/item.ts'
import type { Resource } from '../resource/resource.ts'
import type { Access, AttributeAccess, AttributeOutline, Outline } from '../security/access.ts'
import type { StoreFactory } from './store-factory.ts'

/** What of an attribute is taken away. */
export interface AttributeOverride {
  readonly readable?: false
  readonly creatable?: false
  readonly updatable?: false
}

/** Overrides by attribute. */
export type AttributeOverrides<R extends Resource> = {
  readonly [K in keyof AttributesOf<R> & string]?: AttributeOverride
}

/**
 * Serves what `base` serves, with less of some attributes: for one place where a resource is served more narrowly than elsewhere.
 * @throws DeclarationError for a key attribute that would be hidden, or one that is no attribute
 */
export function attributesStoreFactory<R extends Resource>(
  base: StoreFactory<R>,
  overrides: AttributeOverrides<R>,
): StoreFactory<R> {
  const named: Readonly<Record<string, AttributeOverride | undefined>> = overrides
  for (const [name, override] of Object.entries(named)) {
    if (!base.resource.attributeNames.includes(name)) {
      throw new DeclarationError(
        `${base.resource.name}: '${name}' is overridden, and no attribute.`,
      )
    }
    if (override?.readable === false && base.resource.key.includes(name)) {
      throw new DeclarationError(`${base.resource.name}.${name}: a key attribute can't be hidden.`)
    }
  }
  const outline = narrowOutline(base.outline, named)
  return Object.freeze<StoreFactory<R>>({
    resource: base.resource,
    outline,
    open: (plain) =>
      base.open({
        ...plain,
        restricted: (access, peers) =>
          plain.restricted(narrowAccess(access, outline, named), peers),
      }),
  })
}

type Overrides = Readonly<Record<string, AttributeOverride | undefined>>

function narrowOutline(outline: Outline, overrides: Overrides): Outline {
  const attributes = Object.entries(outline.attributes).map(([name, permitted]) => {
    const narrowed: AttributeOutline = { ...permitted, ...overrides[name] }
    return [name, Object.freeze(narrowed)] as const
  })
  return Object.freeze({ ...outline, attributes: Object.freeze(Object.fromEntries(attributes)) })
}

function narrowAccess(access: Access, outline: Outline, overrides: Overrides): Access {
  const attributes = Object.entries(access.attributes).map(([name, permitted]) => {
    const override = overrides[name]
    const narrowed: AttributeAccess = {
      readable: override?.readable === false ? NONE : permitted.readable,
      creatable: override?.creatable === false ? NONE : permitted.creatable,
      updatable: override?.updatable === false ? NONE : permitted.updatable,
    }
    return [name, Object.freeze(narrowed)] as const
  })
  return Object.freeze({
    ...access,
    outline,
    attributes: Object.freeze(Object.fromEntries(attributes)),
  })
}
