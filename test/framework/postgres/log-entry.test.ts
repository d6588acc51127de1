/** That entries of the log are told as changes, by the declarations of today. */
import t from 'tap'
import type { Change } from '../../../framework/event/change.ts'
import { changeReader, toEntry, type LogEntry } from '../../../framework/postgres/log-entry.ts'
import { plainChange } from '../../kit/plain-change.ts'
import { samples } from '../../kit/sample-resources.ts'

const toChange = changeReader(samples)

const read = (entry: LogEntry): Change => plainChange(toChange(entry))

t.test('an entry is a change with its wire key', (t) => {
  const place = { country: 'ch', number: 1, title: '"Zürich"' }
  const entry = toEntry(['7', 'place', 'create', null, place])
  const key = Buffer.from('["ch",1]').toString('base64url')
  const change = { position: 7, resource: 'place', operation: 'create', key, before: undefined }
  t.strictSame(read(entry), { ...change, after: place })
  const tag = { name: 'a', description: null }
  const gone = { position: 8, resource: 'tag', operation: 'delete', key: 'a', after: undefined }
  t.strictSame(read(toEntry(['8', 'tag', 'delete', tag, null])), { ...gone, before: tag })
  t.end()
})

t.test('what became secret since is left out, what was added since is null', (t) => {
  const old = { id: 'x', secret: 'hush', title: 'old' }
  const { before, after } = read(toEntry(['1', 'everything', 'update', old, old]))
  for (const item of [before, after]) {
    t.match(item, { id: 'x', title: 'old', text: null })
    t.notOk('secret' in (item ?? {}))
  }
  t.end()
})

t.test('an entry of a resource that is gone is told without key and rows', (t) => {
  const change = read(toEntry(['1', 'gone', 'update', { id: 'x' }, { id: 'x' }]))
  t.match(change, { position: 1, resource: 'gone', key: '', before: undefined, after: undefined })
  t.end()
})
