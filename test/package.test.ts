/** Builds what is published and uses it from another project, as one that installed it would. */

import { execFileSync } from 'node:child_process'
import { cpSync, globSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const ROOT = new URL('..', import.meta.url).pathname
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

const CONSUMER = `
  import * as holdfast from 'holdfast'
  export const doors: Readonly<Record<string, unknown>> = holdfast
  console.log(JSON.stringify(Object.keys(doors)))
`

/** A page of a browser: it knows no Node. */
const PAGE = `
  import { belongsTo, id, reference, resource, resources } from 'holdfast'
  import { createClient, ProblemError, type ApiOf } from 'holdfast/client'
  const person = resource('person', { attributes: { id: id() } })
  const note = resource('note', {
    attributes: { id: id(), author_id: reference('person') },
    links: { author: belongsTo('person', 'author_id') },
  })
  export const all = resources({ person, note })
  export const client = createClient<ApiOf<typeof all>>({ url: location.origin, storage: localStorage })
  const { results } = await client.note.search({ where: { author: { id: { eq: '…' } } }, include: 'author' })
  export const author: string | undefined = results[0]?.item.author?.id
  // @ts-expect-error no such attribute
  void client.note.search({ where: { title: { eq: 'a' } } })
  export const code = (error: unknown) => error instanceof ProblemError && error.code
`

const CONSUMER_CONFIG = JSON.stringify({
  compilerOptions: {
    module: 'nodenext',
    target: 'esnext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  files: ['consumer.ts'],
})

interface Manifest {
  readonly files: readonly string[]
  readonly scripts: { readonly build: string }
}

/** Builds a copy of the sources by the script that publishes, and leaves what is published in a folder. */
function publishTo(folder: string, workshop: string): void {
  const { files, scripts } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as Manifest
  for (const path of ['framework', 'CHANGELOG.md', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, path), join(workshop, path), { recursive: true })
  }
  cpSync(join(ROOT, 'tsconfig.build.json'), join(workshop, 'tsconfig.build.json'))
  symlinkSync(join(ROOT, 'node_modules'), join(workshop, 'node_modules'))
  const bin = join(ROOT, 'node_modules/.bin')
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  execFileSync('sh', ['-c', scripts.build], { cwd: workshop, env })
  for (const path of [...files, 'package.json']) {
    cpSync(join(workshop, path), join(folder, path), { recursive: true })
  }
}
const PAGE_CONFIG = JSON.stringify({
  compilerOptions: {
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'esnext',
    lib: ['esnext', 'dom'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
  files: ['page.ts'],
})

t.test('the published package can be imported, and brings its types', async (t) => {
  const project = t.testdir({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': CONSUMER_CONFIG,
    'consumer.ts': CONSUMER,
    'page.json': PAGE_CONFIG,
    'page.ts': PAGE,
    'client.ts':
      "import * as client from 'holdfast/client'; console.log(Object.keys(client).join())",
    node_modules: { holdfast: {} },
    workshop: {},
  })
  const installed = join(project, 'node_modules/holdfast')
  const node = (...args: readonly string[]): string =>
    execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' })

  publishTo(installed, join(project, 'workshop'))

  t.doesNotThrow(() => node(TSC), 'the types of the package hold')
  const door = (await import(join(ROOT, 'framework/index.ts'))) as object
  t.same(JSON.parse(node('consumer.ts')), Object.keys(door), 'each name goes through the door')

  const pages = globSync('*', { cwd: join(ROOT, 'framework/http/pages') }).sort()
  t.ok(pages.length > 2)
  t.same(
    globSync('*', { cwd: join(installed, 'dist/http/pages') }).sort(),
    pages,
    'pages are part of it, beside the code that serves them',
  )
  t.doesNotThrow(() => node(TSC, '--project', 'page.json'), 'the types of the client hold')
  t.equal(node('client.ts').trim(), 'ProblemError,byNumber,createClient')

  const stale = globSync('**/*.js', { cwd: installed }).filter((path) =>
    /new URL\(\s*['"`][^'"`]+\.ts\b/.test(readFileSync(join(installed, path), 'utf8')),
  )
  t.same(stale, [], 'no file points to another by a name that only the sources have')
})
