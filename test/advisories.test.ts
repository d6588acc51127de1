/** Checks the lock file against the table of known advisories; needs no network. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import { advisoryFaults, type LockedPackages } from './kit/advisories.ts'

const lockFile = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
const { packages } = JSON.parse(lockFile) as { readonly packages: LockedPackages }

t.test('no package of the lock file is below its floor', (t) => {
  t.ok(packages['node_modules/fastify'], 'the lock file is the one of this project')
  t.same(advisoryFaults(packages), [])
  t.end()
})

t.test('an old, nested, pre-released or avoided package is found', (t) => {
  const faults = advisoryFaults({
    '': { version: '0.1.0' },
    'node_modules/fastify': { version: '5.12.2' },
    'node_modules/jose': { version: '6.0.0' },
    'node_modules/a/node_modules/fast-uri': { version: '3.1.4' },
    'node_modules/b/node_modules/fast-uri': { version: '3.1.3' },
    'node_modules/c/node_modules/fast-uri': { version: '4.1.9' },
    'node_modules/fast-uri': { version: '2.9.9' },
    'node_modules/ws': { version: '8.9.2' },
    'node_modules/kysely': { version: '0.29.0-rc.1' },
    'node_modules/d/node_modules/multer': { version: '9.0.0' },
    'node_modules/express': { version: '0.0.1' },
  })
  t.match(faults, [
    /^node_modules\/b\/node_modules\/fast-uri is 3\.1\.3: take 3\.1\.4 or 4\.2\.0 or newer \(CVE/,
    /^node_modules\/c\/node_modules\/fast-uri is 4\.1\.9/,
    /^node_modules\/fast-uri is 2\.9\.9/,
    /^node_modules\/ws is 8\.9\.2/,
    /^node_modules\/kysely is 0\.29\.0-rc\.1/,
    /^node_modules\/d\/node_modules\/multer is avoided/,
  ])
  t.equal(faults.length, 6)
  t.end()
})
