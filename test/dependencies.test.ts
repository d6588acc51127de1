/** Holds docs/dependencies.md in step with package.json, and package.json to exact versions. */

import { readFileSync } from 'node:fs'
import t from 'tap'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Manifest

/** The packages that the table under a heading gives a reason for. */
function documented(heading: string): readonly string[] {
  const [, section = ''] = read('docs/dependencies.md').split(`## ${heading}\n`)
  const [table = ''] = section.split('\n## ')
  return [...table.matchAll(/^\| `([^`]+)` +\| +\S[^|]+\|$/gm)].map(([, name = '']) => name)
}

t.test('every dependency has its reason in docs/dependencies.md, and nothing else has', (t) => {
  t.same(documented('At run time').toSorted(), Object.keys(dependencies).toSorted())
  t.same(documented('For development').toSorted(), Object.keys(devDependencies).toSorted())
  t.end()
})

t.test('every dependency is pinned to one version', (t) => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    t.match(version, /^\d+\.\d+\.\d+$/, `${name} ${version}`)
  t.end()
})
