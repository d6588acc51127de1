/** The rules of one resource: per operation and per attribute, denied unless said. */
import { DeclarationError } from '../errors.ts'
import { attributesUsed } from '../filter/attributes-used.ts'
import { ALL, and, NONE, type AnyFilter } from '../filter/filter.ts'
import type { AttributesOf, ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import { attributeOrThrow, type Resource } from '../resource/resource.ts'
import {
  openAccess,
  type Access,
  type AttributeAccess,
  type Outline,
  type PresenceAccess,
} from './access.ts'
import { ANONYMOUS, type Authorization } from './authorization.ts'
import {
  foldRule,
  ruleWords,
  type Placeholder,
  type Rule,
  type RuleExpression,
  type RuleWords,
} from './rule.ts'

/** Rules of one attribute. What is absent is permitted as far as the declaration and the operation's rule permit it. */
export interface AttributeRules {
  readonly read?: RuleExpression
  readonly create?: RuleExpression
  readonly update?: RuleExpression
}

/** Rules of the channel in which those who read a row see each other. */
export interface PresenceRules {
  /** Who of those who may read the row is told who is there; default: all of them. */
  readonly see?: RuleExpression
  /** Who of those is seen there; default: all of them. */
  readonly appear?: RuleExpression
}

/** Rules of one resource, as a developer writes them. An operation without a rule is denied to everybody. */
export interface DeclaredRules<A extends string = string> {
  readonly read?: RuleExpression
  readonly create?: RuleExpression
  readonly update?: RuleExpression
  readonly delete?: RuleExpression
  /** Whether those who may read may also search and count; default true. */
  readonly isSearchable?: boolean
  readonly presence?: PresenceRules
  readonly attributes?: { readonly [K in A]?: AttributeRules }
  /** Values that the server puts into what is created, such as `{ author_id: me.id }`; no input may bring them. */
  readonly sets?: { readonly [K in A]?: Placeholder | string | number | boolean }
}

/** Rules of one resource, gathered and checked. */
export interface AccessRules {
  readonly outline: Outline
  /** The access of one caller. */
  accessOf(caller: Authorization): Access
}

/**
 * Gathers the rules of a resource; `write` runs once, now.
 * @throws DeclarationError when a rule names what it can't rely on
 */
export function accessRules<M extends ResourceMap, N extends keyof M & string>(
  registry: Registry<M>,
  name: N,
  write: (words: RuleWords<M, N>) => DeclaredRules<keyof AttributesOf<M[N]> & string>,
): AccessRules {
  const resource = registry.resource(name)
  const declared: DeclaredRules = write(ruleWords(registry, name))
  for (const attribute of Object.keys({ ...declared.attributes, ...declared.sets })) {
    attributeOrThrow(resource, attribute, 'a rule')
  }
  const gathered = gather(resource, declared)
  refuseGenerated(resource, gathered.operations.create)
  for (const { creatable } of Object.values(gathered.attributes)) {
    refuseGenerated(resource, creatable)
  }
  const outline = outlineOf(gathered)
  return Object.freeze({
    outline,
    accessOf: (caller: Authorization) => foldAccess(gathered, outline, caller),
  })
}

interface GatheredRules {
  readonly resource: Resource
  readonly operations: Readonly<Record<'create' | 'read' | 'update' | 'delete', Rule>>
  readonly presence: Readonly<Record<keyof PresenceAccess, Rule>>
  readonly isSearchable: boolean
  readonly attributes: Readonly<Record<string, Readonly<Record<keyof AttributeAccess, Rule>>>>
  readonly sets: Readonly<Record<string, Placeholder | string | number | boolean>>
}

function gather(resource: Resource, declared: DeclaredRules): GatheredRules {
  const sets = Object.fromEntries(
    Object.entries(declared.sets ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  )
  const attributes = Object.entries(openAccess(resource, ANONYMOUS).attributes).map(
    ([name, open]) => {
      const rules = declared.attributes?.[name]
      const creatable = Object.hasOwn(sets, name) ? NONE : open.creatable
      const gathered = {
        readable: narrow(open.readable, rules?.read),
        creatable: narrow(creatable, rules?.create),
        updatable: narrow(open.updatable, rules?.update),
      }
      return [name, gathered] as const
    },
  )
  return {
    resource,
    operations: {
      create: declared.create?.filter ?? NONE,
      read: declared.read?.filter ?? NONE,
      update: declared.update?.filter ?? NONE,
      delete: declared.delete?.filter ?? NONE,
    },
    presence: gatherPresence(declared.presence),
    isSearchable: declared.isSearchable ?? true,
    attributes: Object.fromEntries(attributes),
    sets,
  }
}

function gatherPresence({ see, appear }: PresenceRules = {}): GatheredRules['presence'] {
  const seeing: Rule = see?.filter ?? ALL
  return { see: seeing, appear: appear === undefined ? seeing : and<Rule>(seeing, appear.filter) }
}

function narrow(permitted: AnyFilter, rule: RuleExpression | undefined): Rule {
  const declared: Rule = permitted.kind === 'none' ? NONE : ALL
  return and<Rule>(declared, rule?.filter ?? ALL)
}

function outlineOf({ operations, attributes, isSearchable }: GatheredRules): Outline {
  const can = (rule: Rule): boolean => rule.kind !== 'none'
  return Object.freeze({
    operations: Object.freeze({
      create: can(operations.create),
      read: can(operations.read),
      update: can(operations.update),
      delete: can(operations.delete),
      search: can(operations.read) && isSearchable,
    }),
    attributes: Object.freeze(
      Object.fromEntries(
        Object.entries(attributes).map(([name, { readable, creatable, updatable }]) => [
          name,
          Object.freeze({
            readable: can(readable),
            creatable: can(creatable),
            updatable: can(updatable),
          }),
        ]),
      ),
    ),
  })
}

function foldAccess(rules: GatheredRules, outline: Outline, caller: Authorization): Access {
  const fold = (rule: Rule) => foldRule(rule, caller)
  const attributes = Object.entries(rules.attributes).map(([name, attribute]) => {
    const folded: AttributeAccess = {
      readable: fold(attribute.readable),
      creatable: fold(attribute.creatable),
      updatable: fold(attribute.updatable),
    }
    return [name, Object.freeze(folded)] as const
  })
  const sets = Object.entries(rules.sets).map(
    ([name, value]) =>
      [name, typeof value === 'object' ? (caller.subject ?? null) : value] as const,
  )
  const presence = { see: fold(rules.presence.see), appear: fold(rules.presence.appear) }
  return Object.freeze({
    caller,
    outline,
    create: fold(rules.operations.create),
    read: fold(rules.operations.read),
    update: fold(rules.operations.update),
    delete: fold(rules.operations.delete),
    presence: Object.freeze(presence),
    isSearchable: rules.isSearchable,
    attributes: Object.freeze(Object.fromEntries(attributes)),
    sets: Object.freeze(Object.fromEntries(sets)),
  })
}

/** A create is judged before the row exists, so a rule over a value that the database makes could never be judged. */
function refuseGenerated(resource: Resource, rule: AnyFilter): void {
  for (const name of attributesUsed(resource, rule)) {
    if (resource.attributes[name]?.onCreate?.kind === 'sequence') {
      throw new DeclarationError(
        `${resource.name}.${name}: the database makes it, so a create rule can't rely on it.`,
      )
    }
  }
}
