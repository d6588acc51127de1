/** The store factory of things that belong to who made them. */
import { DeclarationError } from '../errors.ts'
import { rowOperands, type Operand } from '../filter/expression.ts'
import type { AttributesOf, ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import type { DeclaredRules } from '../security/access-rules.ts'
import type { Placeholder, Rule } from '../security/rule.ts'
import { restrictedStoreFactory, type WriteRules } from './restricted-store-factory.ts'
import type { StoreFactory } from './store-factory.ts'

/** Options of `ownedStoreFactory`. */
export interface OwnedOptions<M extends ResourceMap, N extends keyof M & string> {
  /** The attribute that holds the owner's id. It is set on create; no input may bring or change it. */
  readonly owner: keyof AttributesOf<M[N]> & string
  /** Rules in place of the usual ones: read by anyone, create by who is logged in, update and delete by the owner. */
  readonly rules?: WriteRules<M, N>
}

/** Serves a resource whose rows their owner alone changes. */
export function ownedStoreFactory<M extends ResourceMap, N extends keyof M & string>(
  registry: Registry<M>,
  name: N,
  { owner, rules }: OwnedOptions<M, N>,
): StoreFactory<M[N]> {
  const operands: Readonly<Record<string, unknown>> = rowOperands<M, N, Placeholder, Rule>(
    registry,
    name,
  )
  if (!Object.hasOwn(registry.resource(name).attributes, owner)) {
    throw new DeclarationError(`${name}: its owner '${owner}' is no attribute.`)
  }
  const held = operands[owner] as Operand<string, Placeholder, Rule> // an attribute, as just checked
  return restrictedStoreFactory<M, N>(registry, name, (words) => {
    const isOwner = held.eq(words.me.id)
    const declared: DeclaredRules = rules?.(words) ?? {}
    return {
      read: words.anyone,
      create: words.me.authenticated,
      update: isOwner,
      delete: isOwner,
      ...declared,
      attributes: {
        ...declared.attributes,
        [owner]: { ...declared.attributes?.[owner], update: words.nobody },
      },
      sets: { ...declared.sets, [owner]: words.me.id },
    } satisfies DeclaredRules as ReturnType<WriteRules<M, N>> // `owner` is one of its attributes
  })
}
