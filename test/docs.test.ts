/** Holds the documents to the code: each example compiles, and each error has its row. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'tap'
import { PROBLEMS } from '../framework/problem.ts'

const ROOT = join(import.meta.dirname, '..')
/** A block of TypeScript whose first line names its file. */
const EXAMPLE = /^```ts\n\/\/ (?<file>[\w-]+\.ts)\n(?<code>[\s\S]*?)^```$/gm

interface ExampleFile {
  readonly file: string
  readonly code: string
}

async function examplesOf(document: string): Promise<readonly ExampleFile[]> {
  const text = await readFile(join(ROOT, document), 'utf8')
  return [...text.matchAll(EXAMPLE)].map(({ groups }) => ({
    file: groups?.['file'] ?? '',
    code: groups?.['code'] ?? '',
  }))
}

test('every TypeScript block of the documents names its file', async (t) => {
  for (const document of await documents()) {
    const text = await readFile(join(ROOT, document), 'utf8')
    const blocks = text.match(/^```(ts|typescript)$/gm) ?? []
    t.equal((await examplesOf(document)).length, blocks.length, document)
  }
})

test('the examples of the documents compile against the public door', async (t) => {
  const cache = join(ROOT, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'examples-'))
  t.teardown(() => rm(folder, { recursive: true }))
  let count = 0
  for (const document of await documents()) {
    const own = join(folder, document.replaceAll(/\W/g, '-'))
    await mkdir(own)
    const door = relative(own, join(ROOT, 'framework/index.ts'))
    for (const { file, code } of await examplesOf(document)) {
      const client = relative(own, join(ROOT, 'framework/client/index.ts'))
      await writeFile(
        join(own, file),
        code.replaceAll("'holdfast'", `'${door}'`).replaceAll("'holdfast/client'", `'${client}'`),
      )
      count += 1
    }
  }
  t.ok(count >= 7, 'there are examples')
  const config = { extends: relative(folder, join(ROOT, 'tsconfig.json')), include: ['**/*.ts'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
    (error: unknown) => error as { readonly stdout: string }, // tsc writes its findings there
  )
  t.equal(stdout, '')
})

test('the README tells of each error with its status', async (t) => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\d{3}) +\|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  t.same(
    rows,
    Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]),
  )
})

test('links between the documents lead somewhere', async (t) => {
  for (const document of await documents()) {
    const text = await readFile(join(ROOT, document), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      const path = join(ROOT, document, '..', target)
      const isThere = await readdir(path).then(
        () => true,
        () => readFile(path).then(() => true),
      )
      t.ok(isThere, `${document}: ${target}`)
    }
  }
})

test('each promise is held by tests, or said to come later', async (t) => {
  const text = await readFile(join(ROOT, 'docs/reliability.md'), 'utf8')
  const rows = [...text.matchAll(/^\| (P\d+) +\|(.*)\|(.*)\|(.*)\|$/gm)]
  t.same(
    rows.map(([, promise]) => promise),
    Array.from({ length: 27 }, (_, index) => `P${String(index + 1)}`),
  )
  for (const [, promise = '', , held = '', missing = ''] of rows) {
    const isHeld = /\]\(\.\.\/test\/[^)]+\)/.test(held)
    t.not(isHeld, missing.trim().startsWith('Later.'), promise)
  }
})

async function documents(): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, 'docs'), { recursive: true })
  const inDocs = names.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))
  return ['README.md', ...inDocs]
}
