/** The store factory by rules: what is not granted is denied. */
import type { AttributesOf, ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import { accessRules, type DeclaredRules } from '../security/access-rules.ts'
import type { RuleWords } from '../security/rule.ts'
import type { StoreFactory } from './store-factory.ts'

/** Rules of a resource, written over the row and the caller. */
export type WriteRules<M extends ResourceMap, N extends keyof M & string> = (
  words: RuleWords<M, N>,
) => DeclaredRules<keyof AttributesOf<M[N]> & string>

/**
 * Serves a resource under rules. `write` runs once, at start; the rules become part of each statement.
 * @throws DeclarationError when a rule names what it can't rely on
 */
export function restrictedStoreFactory<M extends ResourceMap, N extends keyof M & string>(
  registry: Registry<M>,
  name: N,
  write: WriteRules<M, N>,
): StoreFactory<M[N]> {
  const rules = accessRules(registry, name, write)
  return Object.freeze<StoreFactory<M[N]>>({
    resource: registry.resources[name],
    outline: rules.outline,
    open: (plain) => (caller, peers) => plain.restricted(rules.accessOf(caller), peers),
  })
}
