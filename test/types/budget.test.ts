/** Holds what a declared resource costs the compiler, so that apps of any size stay quick to check. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import t from 'tap'

const ROOT = new URL('../..', import.meta.url).pathname
const CACHE = join(ROOT, 'node_modules/.cache/holdfast')
/** As seen from a folder in the cache. */
const FRAMEWORK = '../../../../framework'

/** Most type instantiations of one resource with twenty attributes and four links, its item and its inputs. */
const MAX_PER_RESOURCE = 2400

/** A chain of resources, each linked with the next. */
function appOf(count: number): string {
  const declarations = Array.from({ length: count }, (_, index) => {
    const [name, next] = [`r${index}`, `r${(index + 1) % count}`]
    return `
const ${name} = resource('${name}', {
  attributes: {
    id: id(),
    text: Type.String({ minLength: 1, maxLength: 4000 }),
    title: attribute(Type.String({ maxLength: 200 })).unique(),
    note: attribute(Type.String()).nullable(),
    code: attribute(Type.String()).nullable().unique().immutable(),
    digest: attribute(Type.String()).secret(),
    kind: attribute(Type.Enum(['a', 'b', 'c'])).default('a'),
    size: Type.Union([Type.Literal('small'), Type.Literal('large')]),
    count: Type.Integer({ minimum: 0 }),
    stars: attribute(Type.Integer()).default(0),
    share: Type.Number(),
    total: bigint(),
    price: decimal().nullable(),
    active: attribute(Type.Boolean()).default(true),
    day: date().nullable(),
    moment: timestamp(),
    extra: Type.Object({ tags: Type.Array(Type.String()), depth: Type.Optional(Type.Integer()) }),
    next_id: reference('${next}').nullable(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  links: {
    next: belongsTo('${next}', 'next_id', { onDelete: 'nullify' }),
    previous: hasMany('${name}', 'next_id'),
    previous_count: hasCount('${name}', 'next_id'),
    others: manyToMany('${next}', { through: '${name}', from: 'id', to: 'next_id' }),
  },
  indexes: [index('next_id', 'created_at')],
  label: 'title',
})
export function use_${name}(item: Item<typeof ${name}>): readonly unknown[] {
  const create: CreateInput<typeof ${name}> = { ...item }
  const update: UpdateInput<typeof ${name}> = { text: create.text, kind: 'b' }
  return [create, update]
}
`
  })
  const names = Array.from({ length: count }, (_, index) => `r${index}`)
  return `import Type from 'typebox'
import { attribute } from '${FRAMEWORK}/resource/attribute.ts'
import { index } from '${FRAMEWORK}/resource/declared-index.ts'
import type { CreateInput, Item, UpdateInput } from '${FRAMEWORK}/resource/item.ts'
import { belongsTo, hasCount, hasMany, manyToMany } from '${FRAMEWORK}/resource/link.ts'
import { resources } from '${FRAMEWORK}/resource/registry.ts'
import { resource } from '${FRAMEWORK}/resource/resource.ts'
import { bigint, createdAt, date, decimal, id, reference, timestamp, updatedAt } from '${FRAMEWORK}/resource/standard-attributes.ts'
${declarations.join('')}
export const all = resources({ ${names.join(', ')} })
`
}

/** Type instantiations of a program with so many resources; it must compile. */
function instantiationsOf(folder: string, count: number): number {
  const file = join(folder, `app-${count}.ts`)
  const project = join(folder, `tsconfig-${count}.json`)
  writeFileSync(file, appOf(count))
  writeFileSync(
    project,
    JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), files: [file], include: [] }),
  )
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const arguments_ = [tsc, '--project', project, '--extendedDiagnostics']
  const output = execFileSync(process.execPath, arguments_, { encoding: 'utf8' })
  return Number(/Instantiations:\s+(\d+)/.exec(output)?.[1])
}

t.test(
  'a resource costs the compiler a bounded number of instantiations, however many there are',
  (t) => {
    mkdirSync(CACHE, { recursive: true })
    const folder = mkdtempSync(join(CACHE, 'budget-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const [few, many] = [instantiationsOf(folder, 10), instantiationsOf(folder, 50)]
    const each = (many - few) / 40
    t.comment(`${each} a resource, ${few} with 10, ${many} with 50`)
    t.ok(each > 0 && each <= MAX_PER_RESOURCE, `${each}`)
    t.end()
  },
)
