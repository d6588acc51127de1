/** The table of rights as a page; `npm run rights` writes it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import t from 'tap'
import { openRightsWorld } from './rights-world.ts'
import { rightsTable, type RightsLine, type Role } from './rights.ts'

/** Where it is kept. */
export const RIGHTS_FILE = join(import.meta.dirname, '../../docs/rights.md')

const HEAD = `# Rights

Who may do what in the messenger, worked out from the rules over real rows (\`npm run rights\`), and asked of a server in
every way there is: by requests, batches, searches, counts, includes, calls over a socket and events (\`test/rights.test.ts\`).

- **yes**: granted. **400**: it points at a row that is not there for this caller. **401**: nobody who is not logged in is offered it. **403**: the row is seen, and this may not be done with it.
  **404**: for this caller there is no such row; it is in no page, count, batch or event. What is not listed is not offered to anybody.
- A **friend** is one of the owner of the row, **blocked** is who has been blocked by it; a **member** is one of the group that both are in.
  The owner and the blocked have a dialogue from before the block.
- **read** and **update** of an attribute stand where other people may do it than with the rest of the row; **hidden**: the row is read without it, and not found by it. What actions do (join, invite, ask for friendship, change a password)
  is told with each of them in \`/docs\`.
`

/** Writes the page. */
export async function rightsDocument(
  table: readonly RightsLine[],
  roles: readonly Role[],
): Promise<string> {
  const columns = roles.map(({ name }) => name)
  const offered = table.filter(({ outcomes }) => outcomes.some((outcome) => outcome !== '–'))
  const sections = Map.groupBy(offered, ({ resource }) => resource)
  const parts = [...sections].map(([resource, lines]) => {
    const head = ['', 'row', ...columns]
    const rows = lines.map(({ operation, row, outcomes }) => [operation, row, ...outcomes])
    const all = [head, head.map(() => '---'), ...rows]
    return `## ${resource}\n\n${all.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`
  })
  const options = await resolveConfig(RIGHTS_FILE)
  return format([HEAD, ...parts].join('\n'), { ...options, parser: 'markdown' })
}

if (import.meta.main) {
  t.test('writes the page', { timeout: 300_000 }, async (t) => {
    const { rules, cases, roles } = await openRightsWorld(t)
    const table = await rightsTable(rules, cases, roles)
    await writeFile(RIGHTS_FILE, await rightsDocument(table, roles))
  })
}
