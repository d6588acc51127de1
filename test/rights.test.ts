/** Who may do what: what the rules say is what docs/rights.md tells, and what the server does, whichever way it is asked. */
import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { openRightsWorld } from './kit/rights-world.ts'
import { rightsChecks } from './kit/rights-checks.ts'
import { rightsDocument, RIGHTS_FILE } from './kit/rights-document.ts'
import {
  rightsTable,
  rowOfPart,
  ROW_OPERATIONS,
  type PartCase,
  type RightsLine,
  type RowOperation,
} from './kit/rights.ts'
import type { Asked } from './kit/rights-checks.ts'

function isRowOperation(operation: RightsLine['operation']): operation is RowOperation {
  return ROW_OPERATIONS.some((one) => one === operation)
}

test('the table is what the rules say', async (t) => {
  const world = await openRightsWorld(t)
  const table = await rightsTable(world.rules, world.cases, world.roles)
  const text = await readFile(RIGHTS_FILE, 'utf8')
  t.ok(
    text === (await rightsDocument(table, world.roles)),
    'docs/rights.md is in step: run `npm run rights`, and look at what changed',
  )
  const checks = rightsChecks(world.messenger)
  const askedOf = ({ outcomes }: RightsLine): readonly Asked[] =>
    world.roles.map((role, at) => ({ role, outcome: outcomes[at] ?? '–' }))
  for (const line of table) {
    const { resource, operation, row } = line
    const isLine = (one: { resource: string; name: string }): boolean =>
      one.resource === resource && one.name === row
    await t.test(`${operation} ${row} (${resource})`, async (t) => {
      for (const asked of askedOf(line)) {
        await t.test(`${asked.role.name}: ${asked.outcome}`, async (t) => {
          if (operation === 'create') {
            const found = world.cases.creates.find(isLine)
            if (found !== undefined) await checks.create(t, found, asked)
          } else if (isRowOperation(operation)) {
            const found = world.cases.rows.find(isLine)
            if (found !== undefined) await checks.row(t, found, operation, asked)
          } else {
            const [verb, attribute] = operation.split(' ')
            const isPart = (one: PartCase) => isLine(one) && one.attribute === attribute
            const found = world.cases.parts.find(isPart)
            if (found === undefined) t.fail('it is asked')
            else if (verb === 'read') await checks.part(t, found, asked)
            else await checks.row(t, rowOfPart(found), 'update', asked)
          }
        })
      }
      const found = world.cases.rows.find(isLine)
      if (operation !== 'read' || found === undefined) return
      await checks.events(t, found, askedOf(line))
      const key = await found.make()
      for (const from of await world.leadsTo(resource, key)) {
        for (const asked of askedOf(line)) await checks.include(t, { resource, key, from }, asked)
      }
    })
  }
})
