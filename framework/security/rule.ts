/** Rules: who may do what, written once as values over the row and the caller. */
import {
  beforeOperands,
  expression,
  rowOperands,
  type AttributeOperands,
  type Expression,
  type RowOperands,
} from '../filter/expression.ts'
import {
  ALL,
  and,
  NONE,
  not,
  or,
  UNKNOWN,
  type Filter,
  type FilterOf,
  type Json,
} from '../filter/filter.ts'
import type { ResourceMap } from '../resource/item.ts'
import type { Registry } from '../resource/registry.ts'
import { isPossible } from './access.ts'
import type { Authorization } from './authorization.ts'

/** Stands for the caller's id, known when the rule is folded for a caller. */
export interface Placeholder {
  readonly placeholder: 'me.id'
}

/** A term that only the caller decides. */
export type CallerTerm =
  { readonly kind: 'scope'; readonly scope: string } | { readonly kind: 'authenticated' }

/** A rule: a filter that also knows the caller. */
export type Rule = FilterOf<Json | Placeholder, CallerTerm>

/** A rule that can be combined further. */
export type RuleExpression = Expression<Rule>

/** The caller, as rules see it. */
export interface Me {
  /** The caller's id; a comparison with it is unknown for an anonymous caller. */
  readonly id: Placeholder
  /** Somebody is logged in. */
  readonly authenticated: RuleExpression
  /** The caller has been granted the scope. */
  scope(name: string): RuleExpression
}

/** What rules are written with. */
export interface RuleWords<M extends ResourceMap, N extends keyof M & string> {
  /** The row; in a rule of an update or create also the row as it will be: the rule must hold for both. */
  readonly row: RowOperands<M, M[N], Placeholder, Rule>
  /** The row as it was, in rules of an update. */
  readonly before: AttributeOperands<M[N], Placeholder, Rule>
  readonly me: Me
  /** Everybody, logged in or not. */
  readonly anyone: RuleExpression
  readonly nobody: RuleExpression
}

const ME: Me = Object.freeze({
  id: Object.freeze({ placeholder: 'me.id' }),
  authenticated: expression<Rule>({ kind: 'authenticated' }),
  scope: (scope: string) => expression<Rule>({ kind: 'scope', scope }),
})

/** The words with which the rules of one resource are written. */
export function ruleWords<M extends ResourceMap, N extends keyof M & string>(
  registry: Registry<M>,
  name: N,
): RuleWords<M, N> {
  return Object.freeze({
    row: rowOperands<M, N, Placeholder, Rule>(registry, name),
    before: beforeOperands<M[N], Placeholder, Rule>(registry.resources[name]),
    me: ME,
    anyone: expression<Rule>(ALL),
    nobody: expression<Rule>(NONE),
  })
}

/** The rule for one caller: what is known of the caller is folded away, so that SQL sees only the row. */
export function foldRule(rule: Rule, authorization: Authorization): Filter {
  switch (rule.kind) {
    case 'scope':
      return authorization.scopes.has(rule.scope) ? ALL : NONE
    case 'authenticated':
      return authorization.subject === undefined ? NONE : ALL
    case 'and':
      return and(...rule.filters.map((filter) => foldRule(filter, authorization)))
    case 'or':
      return or(...rule.filters.map((filter) => foldRule(filter, authorization)))
    case 'not':
      return not(foldRule(rule.filter, authorization))
    case 'linked': {
      const filter = foldRule(rule.filter, authorization)
      return isPossible(filter) ? { ...rule, filter } : NONE
    }
    case 'compare': {
      const value = foldValue(rule.value, authorization)
      return value === undefined ? UNKNOWN : { ...rule, value }
    }
    case 'oneof': {
      const folded = rule.values.map((value) => foldValue(value, authorization))
      const values = folded.filter((value) => value !== undefined)
      const known: Filter = values.length === 0 ? NONE : { ...rule, values }
      return values.length === folded.length ? known : or<Filter>(known, UNKNOWN)
    }
    case 'all':
    case 'none':
    case 'unknown':
    case 'exists':
    case 'query':
      return rule
  }
}

/** Undefined: nobody is logged in, so the comparison is unknown. */
function foldValue(value: Json | Placeholder, authorization: Authorization): Json | undefined {
  return isPlaceholder(value) ? authorization.subject : value
}

function isPlaceholder(value: Json | Placeholder): value is Placeholder {
  return typeof value === 'object' && value !== null && 'placeholder' in value
}
