/** Builds what is published and uses it from another project, as one that installed it would. */

import { execFileSync } from 'node:child_process'
import { copyFileSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const ROOT = new URL('..', import.meta.url).pathname
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

const CONSUMER = `
  import * as holdfast from 'holdfast'
  export const doors: Readonly<Record<string, unknown>> = holdfast
  console.log(JSON.stringify(Object.keys(doors)))
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

t.test('the published package can be imported, and brings its types', async (t) => {
  const project = t.testdir({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': CONSUMER_CONFIG,
    'consumer.ts': CONSUMER,
    node_modules: { holdfast: {} },
  })
  const installed = join(project, 'node_modules/holdfast')
  const node = (...args: readonly string[]): string =>
    execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8' })

  node(TSC, '--project', join(ROOT, 'tsconfig.build.json'), '--outDir', join(installed, 'dist'))
  copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'))

  t.doesNotThrow(() => node(TSC), 'the types of the package hold')
  const door = (await import(join(ROOT, 'framework/index.ts'))) as object
  t.same(JSON.parse(node('consumer.ts')), Object.keys(door), 'each name goes through the door')

  const stale = globSync('**/*.js', { cwd: installed }).filter((path) =>
    /new URL\(\s*['"`][^'"`]+\.ts\b/.test(readFileSync(join(installed, path), 'utf8')),
  )
  t.same(stale, [], 'no file points to another by a name that only the sources have')
})
