/** Which rows of other tables decide what a view covers, and whether a change of one of them changes it. */
import type { Filter, Join } from '../filter/filter.ts'
import { compileMatch, type Match, type MatchContext } from '../filter/match.ts'
import type { Registry } from '../resource/registry.ts'
import type { Resource } from '../resource/resource.ts'
import type { Change, WireItem } from './change.ts'
import { coverOf, fixedBy, type EqualityTerm } from './equality-index.ts'

/** One term over a link, of a filter. */
export interface LinkTerm {
  readonly join: Join
  /** The database holds that a row leads to one which is there: one that comes has no row yet that leads to it. */
  readonly isHeld: boolean
  /** What every row has from which the join counts. */
  readonly fixed: WireItem
  /** Whether a row of the join's target is one that the term asks for. */
  readonly isAskedFor: Match
  /** By which values such rows are found; undefined when any may be one. */
  readonly cover: readonly EqualityTerm[] | undefined
}

/** What {@link linkTermsOf} finds terms in. */
export interface Asked {
  readonly resource: Resource
  /** Over rows of the resource. */
  readonly filters: readonly Filter[]
  /** What every row has that the filters are asked about. */
  readonly fixed: WireItem
}

/** The terms over links in filters. */
export function linkTermsOf(
  registry: Registry,
  { resource, filters, fixed }: Asked,
): readonly LinkTerm[] {
  const terms: LinkTerm[] = []
  const walk = (filter: Filter, from: Resource, held: WireItem): void => {
    switch (filter.kind) {
      case 'and':
      case 'or':
        for (const inner of filter.filters) walk(inner, from, held)
        break
      case 'not':
        walk(filter.filter, from, held)
        break
      case 'linked': {
        const { join, filter: inner } = filter
        const target = registry.resource(join.target)
        terms.push({
          join,
          isHeld: isForeignKey(from, join),
          fixed: held,
          isAskedFor: compileMatch(registry, target, inner),
          cover: coverOf(target, inner),
        })
        walk(inner, target, { ...fixedBy(target, inner), ...ledTo(join, held) })
        break
      }
      default:
    }
  }
  for (const filter of filters) walk(filter, resource, fixed)
  return terms
}

function isForeignKey({ links }: Resource, { target, on }: Join): boolean {
  return Object.values(links).some(
    (link) =>
      link.kind === 'belongsTo' &&
      link.onDelete !== 'ignore' &&
      link.target === target &&
      link.attributes.join() === on.map(({ local }) => local).join(),
  )
}

/** What the rows have to which a join leads from such rows. */
function ledTo({ on }: Join, held: WireItem): WireItem {
  return Object.fromEntries(
    on.flatMap(({ local, remote }) => {
      const value = held[local]
      return value === undefined ? [] : [[remote, value] as const]
    }),
  )
}

/**
 * Whether a change of a row of the term's target changes which rows the term selects. True also when that can't be told.
 */
export function isTurnedBy(
  term: LinkTerm,
  { before, after }: Pick<Change, 'before' | 'after'>,
  context: MatchContext,
): boolean {
  if (before === undefined && term.isHeld) return false
  const counts = (row: WireItem | undefined): boolean | undefined => {
    if (row === undefined || !mayLead(term, row)) return false
    const truth = term.isAskedFor(row, context)
    return truth === undefined ? undefined : truth === true
  }
  const [was, is] = [counts(before), counts(after)]
  if (was === undefined || is === undefined || was !== is) return was !== false || is !== false
  return (
    is && before !== undefined && after !== undefined && leadsElsewhere(term.join, before, after)
  )
}

function mayLead({ join, fixed }: LinkTerm, row: WireItem): boolean {
  return join.on.every(({ local, remote }) => {
    const [held, led] = [fixed[local], row[remote]]
    return held === undefined || led === undefined || held === led
  })
}

function leadsElsewhere({ on }: Join, before: WireItem, after: WireItem): boolean {
  return on.some(({ remote }) => before[remote] !== after[remote])
}
