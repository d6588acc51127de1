/** The operations of a store that read the rows of a link for many rows at once. */
import { InvalidError } from '../errors.ts'
import { ALL, and, type Filter } from '../filter/filter.ts'
import { isPossible } from '../security/access.ts'
import type { GroupedSearch, OperationOptions, Page, Store } from '../store/store.ts'
import { toArrayParameter } from './parameter.ts'
import { preparePage, toPage } from './read-operations.ts'
import { countGroupsStatement, searchGroupsStatement, type GroupParts } from './read-statements.ts'
import type { Row } from './selection.ts'
import { attributeOf, type SlotMaker } from './slot-filter.ts'
import { assertSearchable, type StoreScope } from './store-scope.ts'

/** The operations over groups. */
export type GroupOperations = Pick<Store, 'searchGroups' | 'countGroups'>

/** Makes the operations of one caller's store that read groups of rows. */
export function groupOperations(scope: StoreScope): GroupOperations {
  const { resource, access } = scope
  const creatable = isPossible(access.create)

  async function searchGroups(
    asked: GroupedSearch,
    options?: OperationOptions,
  ): Promise<readonly Page[]> {
    const maker = scope.values()
    const groups = putGroups(scope, maker, asked)
    const page = preparePage(scope, maker, { ...asked, filter: inGroups(asked) })
    if (asked.groups.length === 0) return []
    const plan = scope.plan(`groups ${page.shape}`, (statements) =>
      searchGroupsStatement(statements, groups, page.parts),
    )
    const { rows } = await scope.run(plan, maker, options)
    const byGroup = asked.groups.map((): Row[] => [])
    for (const row of rows) byGroup[Number(row.at(-1)) - 1]?.push(row)
    const { limit, parts } = page
    return byGroup.map((some) =>
      toPage(some, plan.reader, { limit, creatable, order: parts.order }),
    )
  }
  async function countGroups(
    asked: Pick<GroupedSearch, 'attributes' | 'groups' | 'filter'>,
    options?: OperationOptions,
  ): Promise<readonly number[]> {
    const maker = scope.values()
    const groups = putGroups(scope, maker, asked)
    const secured = scope.secure(inGroups(asked), '/filter')
    assertSearchable(access)
    if (asked.groups.length === 0) return []
    const filter = maker.filter(resource, secured)
    const plan = scope.plan(`count groups ${maker.shape}`, (statements) =>
      countGroupsStatement(statements, groups, filter),
    )
    const { rows } = await scope.run(plan, maker, options)
    return rows.map(([count]) => Number(count))
  }
  return { searchGroups, countGroups }
}

type Groups = Pick<GroupedSearch, 'attributes' | 'groups' | 'filter'>

/** @throws InvalidError when a group lacks a value */
function putGroups(
  { resource }: StoreScope,
  maker: SlotMaker,
  { attributes, groups }: Groups,
): GroupParts {
  if (groups.some(({ length }) => length !== attributes.length)) {
    const detail = `must have ${String(attributes.length)} values each`
    throw new InvalidError([{ pointer: '/groups', detail }])
  }
  const arrays = attributes.map((name, index) => {
    const { column } = attributeOf(resource, name)
    const values = groups.map((group) => group[index])
    return maker.slot(toArrayParameter(column, values))
  })
  maker.shape += `${attributes.join()} `
  return { attributes, arrays }
}

/** Naming the attributes in the filter lets them be secured like any other: who may not read them may not group by them. */
function inGroups({ attributes, filter = ALL }: Groups): Filter {
  return and<Filter>(
    filter,
    ...attributes.map((attribute) => ({ kind: 'exists', attribute }) as const),
  )
}
