/** Filters and orders of callers, confined to what they may know. */

import { isDeepStrictEqual } from 'node:util'

import fc from 'fast-check'
import t from 'tap'
import { where } from '../../../framework/filter/expression.ts'
import { ALL, and, NONE, not, or, type Filter } from '../../../framework/filter/filter.ts'
import { compileMatch } from '../../../framework/filter/match.ts'
import { accessRules } from '../../../framework/security/access-rules.ts'
import { openAccess } from '../../../framework/security/access.ts'
import { ANONYMOUS, type Authorization } from '../../../framework/security/authorization.ts'
import {
  secureFilter,
  secureOrder,
  type AccessOf,
  type ResourceAccess,
} from '../../../framework/security/secure-filter.ts'
import { RANDOM_ROWS, randomFilter } from '../../contracts/random-filters.ts'
import { faultsOf } from '../../kit/faults.ts'
import { everything, note, place, samples, tag } from '../../kit/sample-resources.ts'
import { rowsOf, thingRow, type SampleRows } from '../../kit/sample-rows.ts'

const CALLER: Authorization = { ...ANONYMOUS, subject: 'me', scopes: new Set() }

/** Things show `text` in rows that say 1, `int` to nobody, `code` in rows that have the tag 'a'; tags are read by name; notes are unsearchable. */
const RULES = {
  everything: accessRules(samples, 'everything', ({ row, anyone, nobody }) => ({
    read: anyone,
    attributes: {
      text: { read: row.int.eq(1) },
      int: { read: nobody },
      code: { read: row.tag.some((tag) => tag.name.eq('a')) },
      tag_name: { read: row.boolean.eq(true) },
    },
  })),
  tag: accessRules(samples, 'tag', ({ row }) => ({ read: row.name.ne('b') })),
  place: accessRules(samples, 'place', ({ anyone, nobody }) => ({
    read: anyone,
    attributes: { number: { read: nobody } },
  })),
  note: accessRules(samples, 'note', ({ anyone }) => ({ read: anyone, isSearchable: false })),
}
const ACCESS: ReadonlyMap<string, ResourceAccess> = new Map([
  ['everything', { resource: everything, access: RULES.everything.accessOf(CALLER) }],
  ['tag', { resource: tag, access: RULES.tag.accessOf(CALLER) }],
  ['place', { resource: place, access: RULES.place.accessOf(CALLER) }],
  ['note', { resource: note, access: RULES.note.accessOf(CALLER) }],
])
const accessOf: AccessOf = (name) => ACCESS.get(name)
const openOf: AccessOf = (name) => {
  const resource = samples.resource(name)
  return { resource, access: openAccess(resource, CALLER) }
}

const compare = (attribute: string, value: string | number): Filter =>
  Object.freeze({ kind: 'compare', attribute, operator: 'eq', value } as const)
const thing = RULES.everything.accessOf(CALLER)
const secure = (filter: Filter): Filter =>
  secureFilter(filter, { resource: everything, access: thing, accessOf, pointer: '/filter' })
const faults = (filter: Filter): readonly string[] => faultsOf(() => secure(filter))

t.test('a filter over what the caller may read everywhere stays as it is', (t) => {
  const filter = and(
    compare('title', 'a'),
    not(or(compare('once', 'b'), { kind: 'oneof', attribute: 'choice', values: ['red'] })),
  )
  t.strictSame(secure(filter), filter)
  for (const constant of [ALL, NONE, { kind: 'unknown' } as const])
    t.equal(secure(constant), constant)
  t.end()
})

t.test('what the caller may read in no row is told like what does not exist', (t) => {
  for (const name of ['int', 'secret', 'unheard', 'constructor', '__proto__']) {
    const refused = [`/filter/${name} is not known here`]
    t.same(faults(compare(name, 1)), refused)
    t.same(faults({ kind: 'oneof', attribute: name, values: [] }), refused)
    t.same(faults(not({ kind: 'exists', attribute: name })), refused)
  }
  t.same(faults(and(compare('int', 1), compare('title', 'a'), compare('unheard', 1))), [
    '/filter/int is not known here',
    '/filter/unheard is not known here',
  ])
  t.same(
    faultsOf(() =>
      secureFilter(compare('int', 1), { resource: everything, access: thing, accessOf }),
    ),
    ['/int is not known here'],
  )
  t.end()
})

t.test('an attribute that is readable in some rows decides of those alone', (t) => {
  const readable = compare('int', 1)
  const asked = compare('text', 'a')
  t.strictSame(secure(asked), and(asked, readable))
  t.strictSame(secure(not(asked)), not(or(asked, not(readable))))
  t.strictSame(secure(not(not(asked))), and(asked, readable))
  t.strictSame(
    secure(not(and(not(asked), compare('title', 'b')))),
    not(and(not(and(asked, readable)), compare('title', 'b'))),
  )
  t.end()
})

t.test('a query looks into what the caller may read', (t) => {
  const holds = (attribute: string): Filter => ({
    kind: 'compare',
    attribute,
    operator: 'contains',
    value: 'x',
  })
  const tagged = where(samples, 'everything', (row) => row.tag.some((tag) => tag.name.eq('a')))
  t.strictSame(
    secure({ kind: 'query', words: ['x'] }),
    or(
      holds('title'),
      and(holds('text'), compare('int', 1)),
      holds('choice'),
      and(holds('code'), tagged),
      ...['local', 'server_set', 'once'].map(holds),
      and<Filter>(holds('tag_name'), {
        kind: 'compare',
        attribute: 'boolean',
        operator: 'eq',
        value: true,
      }),
      holds('place_country'),
    ),
  )
  t.end()
})

t.test(
  'a link leads to the rows that the caller may read, from where it may read the link',
  (t) => {
    const asked = where(samples, 'everything', (row) =>
      row.tag.some((tag) => tag.description.eq('x')),
    )
    const allowed = where(samples, 'everything', (row) =>
      row.tag.some((tag) => tag.name.ne('b').and(tag.description.eq('x'))),
    )
    const readable = where(samples, 'everything', (row) => row.boolean.eq(true))
    t.strictSame(secure(asked), and(allowed, readable))
    t.strictSame(secure(not(asked)), not(or(allowed, not(readable))))
    const negated = where(samples, 'everything', (row) =>
      row.tag.some((tag) => tag.description.eq('x').not()).not(),
    )
    const negatedAllowed = where(samples, 'everything', (row) =>
      row.tag.some((tag) => tag.name.ne('b').and(tag.description.eq('x').not())),
    )
    t.strictSame(secure(negated), not(or(negatedAllowed, not(readable))))
    t.end()
  },
)

t.test('beyond a link, within not too, a term decides of the rows that show its attribute', (t) => {
  const asked = where(samples, 'everything', (row) =>
    row.parent.some((parent) => parent.text.eq('a')).not(),
  )
  const allowed = where(samples, 'everything', (row) =>
    row.parent.some((parent) => parent.text.eq('a').and(parent.int.eq(1))).not(),
  )
  t.strictSame(secure(asked), allowed)
  t.end()
})

t.test('a link leads to rows that show by what they are linked', (t) => {
  const asked = where(samples, 'tag', (row) => row.tagged.some((thing) => thing.title.eq('a')))
  const allowed = where(samples, 'tag', (row) =>
    row.tagged.some((thing) => thing.boolean.eq(true).and(thing.title.eq('a'))),
  )
  const access = RULES.tag.accessOf(CALLER)
  t.strictSame(secureFilter(asked, { resource: tag, access, accessOf }), allowed)
  t.end()
})

t.test('a link over what the caller may not know is not known', (t) => {
  const over = where(samples, 'everything', (row) =>
    row.place.some((place) => place.title.eq('Ulm')),
  )
  t.same(
    faults(over),
    ['/filter/place is not known here'],
    'an attribute that joins, on the other side',
  )
  const searched = where(samples, 'everything', (row) => row.note.some((note) => note.stars.eq(1)))
  t.same(faults(searched), ['/filter/note is not known here'], 'what may not be searched')
  const through = where(samples, 'everything', (row) => row.marks.some((tag) => tag.name.eq('a')))
  t.same(faults(through), ['/filter/mark is not known here'], 'what is not reachable')
  const inner = where(samples, 'everything', (row) => row.parent.some((parent) => parent.int.eq(1)))
  t.same(faults(inner), ['/filter/everything/int is not known here'], 'an attribute beyond a link')
  const back: Filter = {
    kind: 'linked',
    join: { target: 'everything', on: [{ local: 'int', remote: 'id' }] },
    filter: ALL,
  }
  t.same(
    faults(back),
    ['/filter/everything is not known here'],
    'an attribute that joins, on this side',
  )
  t.end()
})

t.test('a link to rows of which the caller may read none selects nothing', (t) => {
  const hidden = accessRules(samples, 'tag', () => ({})).accessOf(CALLER)
  const asked = where(samples, 'everything', (row) => row.tag.some((tag) => tag.name.eq('a')))
  const scope = {
    ...(openOf('everything') ?? { resource: everything, access: thing }),
    accessOf: (name: string) => (name === 'tag' ? { resource: tag, access: hidden } : openOf(name)),
  }
  t.equal(secureFilter(asked, scope), NONE)
  t.equal(secureFilter(not(asked), scope), ALL)
  t.end()
})

t.test('an order by what the caller may not read in every row is refused', (t) => {
  const order = (attribute: string) => [{ attribute, isDescending: false }]
  const scope = { resource: everything, access: thing, pointer: '?search_order' }
  const by = (attribute: string) => faultsOf(() => secureOrder(order(attribute), scope))
  t.same(secureOrder(order('title'), scope), order('title'))
  t.same(by('int'), ["?search_order names 'int', which is not known here"])
  t.same(by('unheard'), ["?search_order names 'unheard', which is not known here"])
  t.same(by('constructor'), ["?search_order names 'constructor', which is not known here"])
  t.same(by('text'), ["?search_order can't be by 'text', which you may read in some rows only"])
  t.end()
})

/** What the caller is told by a filter: which of the rows it selects. */
const selected = (filter: Filter, rows: SampleRows): readonly boolean[] => {
  const matches = compileMatch(samples, everything, filter)
  return rows.everything.map((row) => matches(row, { rowsOf: rowsOf(rows) }) === true)
}

t.test('no filter tells databases apart that differ in what the caller may not read', (t) => {
  const text = fc.option(fc.constantFrom('a', 'B', '', '～'), { nil: null })
  let compared = 0
  fc.assert(
    fc.property(
      RANDOM_ROWS,
      randomFilter(everything),
      fc.array(text, { minLength: 6, maxLength: 6 }),
      (rows, filter, texts) => {
        if (faults(filter).length > 0) return true
        compared += 1
        const others: SampleRows = {
          ...rows,
          // `text` is readable where `int` is 1, and `int` nowhere.
          everything: rows.everything.map((row, index) =>
            row.int === 1
              ? row
              : thingRow(0, '', {
                  ...row,
                  text: texts[index] ?? null,
                  int: row.int === null ? 2 : null,
                }),
          ),
        }
        return isDeepStrictEqual(selected(secure(filter), rows), selected(secure(filter), others))
      },
    ),
    { numRuns: 2000 },
  )
  t.ok(compared > 200, `${compared}`)
  t.end()
})

t.test('where everything may be read, a secured filter selects what the filter selects', (t) => {
  const scope = { resource: everything, access: openAccess(everything, CALLER), accessOf: openOf }
  fc.assert(
    fc.property(RANDOM_ROWS, randomFilter(everything, 2), (rows, filter) => {
      return isDeepStrictEqual(selected(secureFilter(filter, scope), rows), selected(filter, rows))
    }),
    { numRuns: 500 },
  )
  t.end()
})
