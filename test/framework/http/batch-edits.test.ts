/** That what is wrong with one edit is its own failure, and a batch that is none is refused whole. */
import t from 'tap'
import { InvalidError, PreconditionRequiredError } from '../../../framework/errors.ts'
import { readBatch } from '../../../framework/http/batch-edits.ts'
import { chat } from '../../kit/chat-resources.ts'
import { openServices } from '../../kit/services.ts'
import { callerOf } from '../../kit/stores.ts'

const services = await openServices(t)
const caller = callerOf('ann')
const { post, member } = chat.resources
const scope = { resource: post, caller, services }

t.test('edits are read in order', (t) => {
  const { edits, isAtomic } = readBatch(
    {
      edits: [
        { create_item: { text: 'x' } },
        { update_item: { id: 'a', text: 'y' }, precondition: { text: { eq: 'x' } }, if_match: '*' },
        { delete_key: 'b', if_match: '"nonsense"' },
      ],
      atomic: true,
    },
    scope,
  )
  t.equal(isAtomic, true)
  t.same(edits, [
    { kind: 'create', item: { text: 'x' } },
    {
      kind: 'update',
      key: 'a',
      item: { text: 'y' },
      precondition: { kind: 'compare', attribute: 'text', operator: 'eq', value: 'x' },
    },
    { kind: 'delete', key: 'b', versions: [] },
  ])
  t.same(readBatch({ edits: [] }, scope), { edits: [], isAtomic: false })
  t.end()
})

t.test('a composite key is taken out of the item', (t) => {
  const update_item = { room_id: 'r', person_id: 'p', role: 'host' }
  const { edits } = readBatch({ edits: [{ update_item }] }, { ...scope, resource: member })
  const key = Buffer.from('["r","p"]').toString('base64url')
  t.same(edits, [{ kind: 'update', key, item: { role: 'host' } }])
  t.end()
})

t.test('an edit that can’t be one is a failure in its place', (t) => {
  const { edits } = readBatch(
    {
      edits: [
        { update_item: {} },
        { delete_key: 'a', precondition: { nothing: {} } },
        { delete_key: 'a' },
      ],
    },
    scope,
  )
  t.match(edits, [InvalidError, InvalidError, { kind: 'delete' }])
  t.end()
})

t.test('where If-Match is demanded, each edit of what is there needs it', (t) => {
  const resource = { ...post, requiresIfMatch: true }
  const { edits } = readBatch(
    {
      edits: [
        { create_item: {} },
        { update_item: { id: 'a' } },
        { delete_key: 'a' },
        { delete_key: 'a', if_match: '*' },
      ],
    },
    { ...scope, resource },
  )
  t.match(edits, [
    { kind: 'create' },
    PreconditionRequiredError,
    PreconditionRequiredError,
    { kind: 'delete' },
  ])
  t.end()
})

t.test('every edit without shape is named', (t) => {
  t.throws(() => readBatch({ edits: [{}, { delete_key: 1, x: 1 }] }, scope), {
    message:
      '/edits/0 must have one of create_item, update_item, delete_key; /edits/1/x is not known here; /edits/1/delete_key must be a string',
  })
  t.end()
})
