/** The rules of the house: who may import whom, where a package lives, which files come in pairs. */

import { posix } from 'node:path'
import { importsOf, isRun, type Import, type SourceTree } from './source-tree.ts'

/** The layers of `framework/`, lowest first. Names in one line stand beside each other and never meet. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors.ts'],
  ['problem.ts'],
  ['resource'],
  ['filter'],
  ['security'],
  ['store'],
  ['event'],
  ['action'],
  ['postgres'],
  ['bus'],
  ['auth'],
  ['http', 'socket'],
  ['client'],
  ['cli'],
  ['server.ts'],
  ['testing'],
  ['index.ts'],
]

/** Where each third-party package of the framework lives. Prefixes, so `@fastify/` is all of them. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  '@electric-sql/pglite': ['framework/postgres/'],
  kysely: ['framework/postgres/'],
  pg: ['framework/postgres/'],
  'pg-boss': ['framework/postgres/'],
  'rabbitmq-client': ['framework/bus/'],
  argon2: ['framework/auth/'],
  jose: ['framework/auth/'],
  otpauth: ['framework/auth/'],
  '@zxcvbn-ts/language-common': ['framework/auth/'],
  nodemailer: ['app/mail/'],
  '@fastify/': ['framework/http/', 'framework/socket/', 'framework/server.ts'],
  fastify: ['framework/http/', 'framework/socket/', 'framework/server.ts'],
  cookie: ['framework/http/'],
  bowser: ['app/'],
  '@aws-sdk/client-s3': ['app/media/'],
  '@tus/': ['app/media/'],
  'content-disposition': ['app/media/'],
  'file-type': ['app/media/'],
  'range-parser': ['app/media/'],
  sharp: ['app/media/'],
  yazl: ['app/exports/'],
  vite: ['app/build-page.ts'],
  '@vitejs/plugin-vue': ['app/build-page.ts'],
  '@floating-ui/dom': ['app/web/components/'],
  vue: ['app/web/'],
  'vue-i18n': ['app/web/'],
  'tus-js-client': ['app/web/state/'],
  'virtual:emoji': ['app/web/components/'],
  typebox: ['framework/', 'app/'],
}

/** The only ways from outside into `framework/`. */
const DOORS = ['framework/index.ts', 'framework/client/index.ts', 'framework/testing/index.ts']

/** The page: of what is outside only types get into it, besides the client. */
const PAGE = 'app/web/'
/** What a page thinks and says is tested in pairs; what it shows and holds is tried in a browser (`test/browser/`). */
const PAIRED_IN_PAGE = ['app/web/logic/', 'app/web/locales/']
const CLIENT_DOOR = 'framework/client/index.ts'

const SOURCE_FOLDERS = ['framework/', 'app/']

/** Imports that go up the layers, across between neighbours, or through a door from the inside. */
export function layerFaults(tree: SourceTree): readonly string[] {
  return importsWithin(tree, 'framework/').flatMap(({ from, to, isTypeOnly }) => {
    const [own, other] = [layerOf(from), layerOf(to)]
    if (own === undefined)
      return [`${from} is in no layer: give its folder a place in LAYERS, or move it.`]
    if (DOORS.includes(to) && own.name !== 'index.ts')
      return [`${from} imports the door ${to}: import the file that declares the name.`]
    if (other === undefined || own.name === other.name) return []
    if (other.rank >= own.rank)
      return [`${from} imports ${to}, which is not below it: pass it in as a parameter.`]
    if (!isTypeOnly && own.name === 'client')
      return [`${from} imports ${to}: the client takes only types from the rest.`]
    if (!isTypeOnly && other.name === 'postgres' && ['http', 'socket'].includes(own.name))
      return [`${from} imports ${to}: no SQL at the rim, server.ts passes in what is needed.`]
    return []
  })
}

/** Imports of the framework by an app that do not go through a door. */
export function doorFaults(tree: SourceTree): readonly string[] {
  return importsWithin(tree, 'app/')
    .filter(({ to }) => to.startsWith('framework/') && !DOORS.includes(to))
    .map(({ from, to }) => `${from} imports ${to}: go through ${DOORS.join(', ')}.`)
}

/** Imports of the page that would bring code of the server into it; its own build and server import nothing of it. */
export function pageFaults(tree: SourceTree): readonly string[] {
  const faults = importsWithin(tree, 'app/').flatMap(({ from, to, isTypeOnly }) => {
    const [isFromPage, isToPage] = [from, to].map((path) => path.startsWith(PAGE))
    if (isFromPage && !isToPage && !isTypeOnly && to !== CLIENT_DOOR)
      return [`${from} imports ${to}: the page takes only types from the server.`]
    if (!isFromPage && isToPage)
      return [`${from} imports ${to}: the server knows nothing of the page.`]
    return []
  })
  return faults
}

/** Packages that are imported outside their homes, or that have none. */
export function homeFaults(tree: SourceTree): readonly string[] {
  return sourcesOf(tree).flatMap(([path, text]) =>
    importsOf(path, text)
      .filter((one) => one.path === undefined && !one.specifier.startsWith('node:'))
      .filter(({ specifier }) => !homesOf(specifier).some((home) => path.startsWith(home)))
      .map(({ specifier }) => {
        const homes = homesOf(specifier).join(', ') || 'nowhere yet: give it a line in HOMES'
        return `${path} imports ${specifier}, which lives in ${homes}.`
      }),
  )
}

/** Files that import each other round in a circle, types included. */
export function circleFaults(tree: SourceTree): readonly string[] {
  const done = new Set<string>()
  const faults: string[] = []
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path)
    if (start !== -1) {
      const circle = [...way.slice(start), path].join(' -> ')
      faults.push(`${circle}: move what they share into a file that both import.`)
    }
    if (done.has(path)) return
    done.add(path)
    for (const { path: next } of importsOf(path, tree.get(path) ?? ''))
      if (next !== undefined && tree.has(next)) visit(next, [...way, path])
  }
  for (const path of tree.keys()) visit(path, [])
  return faults
}

/** Sources with code that runs and no test, and tests of `framework/` or `app/` without a source. */
export function pairFaults(tree: SourceTree): readonly string[] {
  const sources = sourcesOf(tree)
  const isPaired = (path: string): boolean =>
    !path.startsWith(PAGE) || PAIRED_IN_PAGE.some((folder) => path.startsWith(folder))
  const untested = sources
    .filter(([path, text]) => isPaired(path) && isRun(path, text) && !tree.has(testOf(path)))
    .map(([path]) => `${path} has no test: write ${testOf(path)}.`)
  const expected = new Set(sources.map(([path]) => testOf(path)))
  const orphaned = [...tree.keys()]
    .filter((path) => SOURCE_FOLDERS.some((folder) => path.startsWith(`test/${folder}`)))
    .filter((path) => path.endsWith('.test.ts') && !expected.has(withoutAspect(path)))
    .map((path) => `${path} tests no source: name it after one, or move it out of the mirror.`)
  return [...untested, ...orphaned]
}

const OPENING = /^(#!.*\n)?\/\*\*[\s*]*[^\s*/]/
const VUE_OPENING = /^<!--\s*[^\s-]/

/** Files that do not open with a doc comment saying what they are for. */
export function openingFaults(tree: SourceTree): readonly string[] {
  return [...tree]
    .filter(([path, text]) => !(path.endsWith('.vue') ? VUE_OPENING : OPENING).test(text))
    .map(([path]) => `${path} opens without /** … */: say in one sentence what it is for.`)
}

interface Edge extends Pick<Import, 'isTypeOnly'> {
  readonly from: string
  readonly to: string
}

/** Imports of our own files by those under a folder. */
function importsWithin(tree: SourceTree, folder: string): readonly Edge[] {
  return [...tree]
    .filter(([from]) => from.startsWith(folder))
    .flatMap(([from, text]) =>
      importsOf(from, text).flatMap(({ path: to, isTypeOnly }) =>
        to === undefined ? [] : [{ from, to, isTypeOnly }],
      ),
    )
}

function sourcesOf(tree: SourceTree): readonly (readonly [string, string])[] {
  return [...tree].filter(([path]) => SOURCE_FOLDERS.some((folder) => path.startsWith(folder)))
}

/** The layer of a file of the framework, by its first folder or its own name. */
function layerOf(path: string): { readonly name: string; readonly rank: number } | undefined {
  const name = path.split('/')[1] ?? ''
  const rank = LAYERS.findIndex((names) => names.includes(name))
  return rank === -1 ? undefined : { name, rank }
}

function homesOf(specifier: string): readonly string[] {
  return Object.entries(HOMES)
    .filter(([name]) => (name.endsWith('/') ? specifier.startsWith(name) : isOf(specifier, name)))
    .flatMap(([, homes]) => homes)
}

/** Whether a specifier is the package or a path into it. */
function isOf(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`)
}

function testOf(source: string): string {
  return posix.join('test', source.replace(/\.ts$/, '.test.ts'))
}

/** A source may have several test files: `store.pages.test.ts` tests `store.ts` like `store.test.ts` does. */
function withoutAspect(test: string): string {
  return test.replace(/\.[a-z0-9-]+\.test\.ts$/, '.test.ts')
}
