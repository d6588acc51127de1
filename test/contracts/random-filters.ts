/** Random rows of the sample resources, and random filters and orders over them, from values that often meet. */

import fc from 'fast-check'
import {
  joinsOf,
  linked,
  type Comparison,
  type Filter,
  type Json,
} from '../../framework/filter/filter.ts'
import type { Order } from '../../framework/filter/order.ts'
import type { Attribute } from '../../framework/resource/attribute.ts'
import type { ColumnType } from '../../framework/resource/column-type.ts'
import type { Resource } from '../../framework/resource/resource.ts'
import { everything, samples } from '../kit/sample-resources.ts'
import { thingId, thingRow, type SampleRows } from '../kit/sample-rows.ts'

/** Texts that tell apart: cases, code points and UTF-16 units, spellings, what LIKE and regular expressions read. */
const TEXT = fc
  .array(
    fc.constantFrom(
      'a', 'A', 'b', 'B', 'z', 'Z', '0', ' ', '%', '_', '\\', "'", '"', '.', '*', '[', '\n', '\u0001', 'é', 'É', 'e\u0301',
      'ß', 'ſ', 'K', 'i', 'I', 'İ', 'ı', 'Σ', 'ς', '\ud7ff', '\ue000', '～', '\uffff', '😀', '😁', '\u{10ffff}',
    ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join('')) // prettier-ignore

const JSON_LEAF = fc.constantFrom<Json>(
  null,
  true,
  false,
  0,
  -0,
  1,
  1.5,
  -1,
  '',
  'a',
  '1',
  9_007_199_254_740_991,
)
const JSON_VALUE = fc.oneof(
  JSON_LEAF.filter((leaf) => leaf !== null),
  fc.array(JSON_LEAF, { maxLength: 2 }),
  fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(JSON_LEAF, fc.array(JSON_LEAF, { maxLength: 2 })),
    { maxKeys: 3 },
  ),
)

const VALUES: Readonly<Record<ColumnType, fc.Arbitrary<Json>>> = {
  text: TEXT,
  uuid: fc.oneof(
    fc.nat({ max: 6 }).map(thingId),
    fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  ),
  int: fc.constantFrom(-2_147_483_648, -1, 0, 1, 2, 10, 2_147_483_647),
  bigint: fc.constantFrom('-9223372036854775808', '-1', '0', '9', '10', '9007199254740992', '9007199254740993', '9223372036854775807'),
  number: fc.constantFrom(-1e300, -1.5, -0, 0, 5e-324, 0.1, 0.3, 0.1 + 0.2, 1, 1e300),
  decimal: fc.constantFrom('-10', '-1.50', '-1.5', '-0.0', '0', '0.00', '0.09', '0.1', '1', '1.0', '9', '10', '100000000000000000000', '100000000000000000000.00000000000000000001'),
  boolean: fc.boolean(),
  timestamp: fc.constantFrom('0001-01-01T00:00:00.000Z', '0099-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.001Z', '9999-12-31T23:59:59.999Z'),
  date: fc.constantFrom('0001-01-01', '0099-12-31', '2024-02-29', '2026-01-01', '9999-12-31'),
  json: JSON_VALUE,
} // prettier-ignore

const TAG_NAME = fc.constantFrom('a', 'A', 'b', '😀', '～')
const COUNTRY = fc.constantFrom('de', 'fr')
const PLACE_NUMBER = fc.constantFrom(1, 2)
/** Columns whose values refer to other rows. */
const REFERENCES: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  tag_name: TAG_NAME,
  place_country: COUNTRY,
  place_number: PLACE_NUMBER,
  country: COUNTRY,
}

const valueOf = (name: string, attribute: Attribute): fc.Arbitrary<Json> =>
  REFERENCES[name] ?? VALUES[attribute.column]

/** What the store makes is not compared: `created_at` and `updated_at`. */
const namesOf = (
  resource: Resource,
  permits: (attribute: Attribute) => boolean,
): readonly string[] =>
  resource.attributeNames.filter((name) => {
    const attribute = resource.attributes[name]
    return (
      attribute !== undefined && !name.endsWith('ed_at') && attribute.readable && permits(attribute)
    )
  })

const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 3 })

/** A thing before it is told which others there are. */
const THING = fc.record({
  told: fc.record({
    ...Object.fromEntries(
      (['text', 'uuid', 'int', 'bigint', 'number', 'decimal', 'boolean', 'timestamp', 'date', 'json', 'local'] as const).map(
        (name) => [name, orNull(VALUES[everything.attributes[name].column])],
      ),
    ),
    choice: fc.constantFrom('red', 'green', 'blue'),
    place_country: orNull(COUNTRY),
    place_number: orNull(PLACE_NUMBER),
    tag_name: orNull(TAG_NAME),
    pinned_number: orNull(fc.nat({ max: 3 })),
  }), // made by column, as its type is
  title: TEXT,
  hasCode: fc.boolean(),
  parent: orNull(fc.nat()),
  note: orNull(fc.record({ text: TEXT, stars: VALUES.int as fc.Arbitrary<number> })),
  marks: fc.uniqueArray(TAG_NAME, { maxLength: 2 }),
}) // prettier-ignore

/** Rows that may stand in a database together: references meet, unique values are. */
export const RANDOM_ROWS: fc.Arbitrary<SampleRows> = fc
  .record({
    things: fc.array(THING, { minLength: 1, maxLength: 6 }),
    descriptions: fc.array(orNull(TEXT), { minLength: 5, maxLength: 5 }),
    titles: fc.array(TEXT, { minLength: 4, maxLength: 4 }),
  })
  .map(({ things, descriptions, titles }) => {
    const names = ['a', 'A', 'b', '😀', '～']
    const places = [['de', 1], ['de', 2], ['fr', 1], ['fr', 2]] as const // prettier-ignore
    const noted = things.flatMap(({ note }, index) => (note === null ? [] : [{ index, ...note }]))
    return {
      tag: names.map((name, index) => ({ name, description: descriptions[index] ?? null })),
      place: places.map(([country, number], index) => ({
        country,
        number,
        title: titles[index] ?? '',
      })),
      everything: things.map(({ told, title, hasCode, parent }, index) =>
        thingRow(index, `${title}${index}`, {
          ...told,
          code: hasCode ? `${title}${index}` : null,
          parent_id: parent === null || index === 0 ? null : thingId(parent % index),
        }),
      ),
      note: noted.map(({ index, text, stars }, at) => ({
        number: at + 1,
        everything_id: thingId(index),
        text,
        stars,
      })),
      mark: things.flatMap(({ marks }, index) =>
        marks.map((tag_name) => ({ everything_id: thingId(index), tag_name, weight: index })),
      ),
    }
  })

/** A filter over rows of a resource, with links up to `depth` of them deep. */
export function randomFilter(resource: Resource, depth = 1): fc.Arbitrary<Filter> {
  const links = Object.keys(resource.links)
  const terms: readonly fc.Arbitrary<Filter>[] = [
    randomComparison(resource),
    randomComparison(resource),
    randomOneof(resource),
    fc
      .constantFrom(...namesOf(resource, () => true))
      .map((attribute) => ({ kind: 'exists', attribute }) as const),
    fc
      .array(fc.constantFrom('a', 'B', '%', '～', '0'), { maxLength: 2 })
      .map((words) => ({ kind: 'query', words }) as const),
    fc.constantFrom<Filter>({ kind: 'all' }, { kind: 'none' }, { kind: 'unknown' }),
    ...(depth === 0 || links.length === 0 ? [] : [randomLinked(resource, links, depth)]),
  ]
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      ...terms,
      fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        filters: fc.array(tie('filter'), { maxLength: 3 }),
      }),
    ),
  }))
  return filter
}

function randomLinked(
  resource: Resource,
  links: readonly string[],
  depth: number,
): fc.Arbitrary<Filter> {
  return fc.constantFrom(...links).chain((name) => {
    const joins = joinsOf(samples, resource, name)
    const target = samples.resource(joins.at(-1)?.target ?? '')
    return randomFilter(target, depth - 1).map((filter) => linked(joins, filter))
  })
}

const COMPARISONS: readonly Comparison[] = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'contains',
  'startswith',
  'endswith',
]

function randomComparison(resource: Resource): fc.Arbitrary<Filter> {
  return fc.constantFrom(...namesOf(resource, () => true)).chain((attribute) => {
    const declared = resource.attributes[attribute]
    if (declared === undefined) return fc.constant<Filter>({ kind: 'none' })
    const operators = COMPARISONS.filter((operator) => declared.operators.includes(operator))
    return fc.record({
      kind: fc.constant('compare' as const),
      attribute: fc.constant(attribute),
      operator: fc.constantFrom(...operators),
      value: valueOf(attribute, declared),
    })
  })
}

function randomOneof(resource: Resource): fc.Arbitrary<Filter> {
  return fc
    .constantFrom(...namesOf(resource, ({ operators }) => operators.includes('oneof')))
    .chain((attribute) => {
      const declared = resource.attributes[attribute]
      const value = declared === undefined ? fc.constant(null) : valueOf(attribute, declared)
      return fc
        .array(value, { maxLength: 3 })
        .map((values) => ({ kind: 'oneof', attribute, values }) as const)
    })
}

/** An order of things, without the key that completes it. */
export const RANDOM_ORDER: fc.Arbitrary<Order> = fc.uniqueArray(
  fc.record({
    attribute: fc.constantFrom(...namesOf(everything, ({ sortable }) => sortable)),
    isDescending: fc.boolean(),
  }),
  { maxLength: 3, selector: ({ attribute }) => attribute },
)
