/** Holds the rules of the house on the real tree, and shows on small trees that each rule bites. */

import t from 'tap'
import {
  circleFaults,
  doorFaults,
  homeFaults,
  layerFaults,
  openingFaults,
  pageFaults,
  pairFaults,
} from './kit/architecture.ts'
import { readSources, type SourceTree } from './kit/source-tree.ts'

const ROOT = new URL('..', import.meta.url).pathname
const TREE = readSources(ROOT, ['framework', 'app', 'test', 'bench'])

const tree = (files: Readonly<Record<string, string>>): SourceTree => new Map(Object.entries(files))

/** Imports `to` for its value, unless told that it is for a type. */
const file = (to: string, kind = ''): string => `/** A file. */ import ${kind} { a } from '${to}'`

t.test('imports in framework/ only go down', (t) => {
  t.same(layerFaults(TREE), [])
  const faults = layerFaults(
    tree({
      'framework/resource/key.ts': file('../filter/match.ts', 'type'),
      'framework/filter/match.ts': file('../resource/key.ts'),
      'framework/filter/order.ts': file('./match.ts'),
      'framework/http/routes.ts': file('../socket/frames.ts'),
      'framework/socket/frames.ts': `${file('../problem.ts')}; ${file('../postgres/log.ts')}`,
      'framework/socket/session.ts': file('../postgres/log.ts', 'type'),
      'framework/problem.ts': 'export async function f() { await import("./index.ts") }',
      'framework/client/index.ts': file('../resource/key.ts'),
      'framework/client/http.ts': file('../resource/key.ts', 'type'),
      'framework/server.ts': 'export type A = import("./index.ts").A',
      'framework/index.ts': `export { a } from './server.ts'; ${file('./client/index.ts')}`,
      'framework/misc/all.ts': file('../errors.ts'),
    }),
  )
  t.same(
    faults.map((fault) => fault.replace(/[,:].*/, '')),
    [
      'framework/resource/key.ts imports framework/filter/match.ts',
      'framework/http/routes.ts imports framework/socket/frames.ts',
      'framework/socket/frames.ts imports framework/postgres/log.ts',
      'framework/problem.ts imports the door framework/index.ts',
      'framework/client/index.ts imports framework/resource/key.ts',
      'framework/server.ts imports the door framework/index.ts',
      'framework/misc/all.ts is in no layer',
    ],
  )
  t.end()
})

t.test('an app enters the framework by its doors', (t) => {
  t.same(doorFaults(TREE), [])
  const app = { 'app/main.ts': file('../framework/index.ts'), 'app/a.ts': file('./main.ts') }
  t.same(doorFaults(tree(app)), [])
  t.match(doorFaults(tree({ ...app, 'app/b.ts': file('../framework/server.ts', 'type') })), [
    /^app\/b\.ts imports framework\/server\.ts: go through framework\/index\.ts/,
  ])
  t.end()
})

t.test('the page takes types from the server, and the server nothing from the page', (t) => {
  t.same(pageFaults(TREE), [])
  const faults = pageFaults(
    tree({
      'app/api.ts': 'export type A = 1',
      'app/web/a.ts': `${file('../api.ts', 'type')}; ${file('../../framework/client/index.ts')}`,
      'app/web/B.vue': `<script setup lang="ts">${file('../api.ts')}</script>`,
      'app/web/c.ts': file('../../framework/index.ts'),
      'app/main.ts': file('./web/a.ts', 'type'),
    }),
  )
  t.same(
    faults.map((fault) => fault.replace(/:.*/, '')),
    [
      'app/web/B.vue imports app/api.ts',
      'app/web/c.ts imports framework/index.ts',
      'app/main.ts imports app/web/a.ts',
    ],
  )
  t.end()
})

t.test('a package is imported only where it lives', (t) => {
  t.same(homeFaults(TREE), [])
  const faults = homeFaults(
    tree({
      'framework/postgres/a.ts': `${file('pg')}; ${file('@electric-sql/pglite/live')}`,
      'framework/http/a.ts': `${file('@fastify/cors')}; ${file('node:fs')}; ${file('pg', 'type')}`,
      'framework/store/a.ts': `${file('typebox/value')}; ${file('left-pad')}`,
      'app/main.ts': file('fastify'),
      'test/a.test.ts': file('pg'),
    }),
  )
  t.match(faults, [
    'framework/http/a.ts imports pg, which lives in framework/postgres/.',
    /^framework\/store\/a\.ts imports left-pad, which lives in nowhere yet/,
    /^app\/main\.ts imports fastify, which lives in framework\/http\//,
  ])
  t.equal(faults.length, 3)
  t.end()
})

t.test('no files import each other in a circle', (t) => {
  t.same(circleFaults(TREE), [])
  const faults = circleFaults(
    tree({ 'a.ts': file('./b.ts'), 'b.ts': file('./c.ts', 'type'), 'c.ts': file('./a.ts') }),
  )
  t.match(faults, [/^a\.ts -> b\.ts -> c\.ts -> a\.ts: /])
  t.equal(faults.length, 1)
  t.end()
})

t.test('every source has its test, and every test its source', (t) => {
  t.same(pairFaults(TREE), [])
  const faults = pairFaults(
    tree({
      'framework/store/store.ts': 'export const a = 1',
      'test/framework/store/store.test.ts': '',
      'test/framework/store/store.pages.test.ts': '',
      'framework/store/types.ts':
        'import type { a } from "./store.ts"; export interface B { b: 1 }',
      'framework/index.ts': 'export { a } from "./store/store.ts"',
      'framework/bare.ts': 'export function f() {}',
      'test/app/gone.test.ts': '',
      'test/walk-through.test.ts': '',
      'app/web/logic/a.ts': 'export const a = 1',
      'app/web/state/a.ts': 'export const a = 1',
      'app/web/A.vue': '<script setup>const a = 1</script>',
    }),
  )
  t.match(faults, [
    /^framework\/bare\.ts has no test/,
    /^app\/web\/logic\/a\.ts has no test/,
    /^test\/app\/gone\.test\.ts tests no source/,
  ])
  t.equal(faults.length, 3)
  t.end()
})

t.test('every file opens by saying what it is for', (t) => {
  t.same(openingFaults(TREE), [])
  const faults = openingFaults(
    tree({
      'a.ts': '/** Says it. */\n',
      'b.ts': '/**\n * Says it\n * in two lines. */\n',
      'c.ts': '#!/usr/bin/env node\n/** Says it. */\n',
      'd.ts': "import t from 'tap'\n/** Says it. */\n",
      'e.ts': '/** */\n',
      'f.ts': '',
      'g.vue': '<!-- Says it. -->\n<template></template>',
      'h.vue': '<template></template>',
    }),
  )
  t.same(
    faults.map((fault) => fault.slice(0, 4)),
    ['d.ts', 'e.ts', 'f.ts', 'h.vu'],
  )
  t.end()
})
