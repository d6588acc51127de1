/** That a resource brings the operations that somebody may do, and no others. */
import t from 'tap'
import { resourceOperations } from '../../../framework/http/resource-operations.ts'
import type { Outline } from '../../../framework/security/access.ts'
import { chat } from '../../kit/chat-resources.ts'
import { openServed, openServices } from '../../kit/services.ts'

const services = await openServices(t)
const { member } = chat.resources
const ALL_OPERATIONS: Outline['operations'] = {
  create: true,
  read: true,
  update: true,
  delete: true,
  search: true,
}

function namesWith(operations: Partial<Outline['operations']>): readonly string[] {
  const served = openServed(member)
  const outline = { ...served.outline, operations: { ...ALL_OPERATIONS, ...operations } }
  return resourceOperations({ ...served, outline }, services).map(({ name }) =>
    name.replace('member_', ''),
  )
}

const LINKS = ['room_read', 'person_read']

t.test('what somebody may do is there, in the order of the documents', (t) => {
  t.same(namesWith({}), [
    'create',
    'read',
    'update',
    'delete',
    'search',
    'count',
    'read_batch',
    'edit_batch',
    ...LINKS,
  ])
  t.end()
})

t.test('what nobody may do is not', (t) => {
  t.same(namesWith({ create: false, delete: false }), [
    'read',
    'update',
    'search',
    'count',
    'read_batch',
    'edit_batch',
    ...LINKS,
  ])
  t.same(namesWith({ search: false }), [
    'create',
    'read',
    'update',
    'delete',
    'read_batch',
    'edit_batch',
    ...LINKS,
  ])
  t.same(namesWith({ create: false, update: false, delete: false }), [
    'read',
    'search',
    'count',
    'read_batch',
    ...LINKS,
  ])
  t.same(namesWith({ read: false, search: false, update: false, delete: false }), [
    'create',
    'edit_batch',
  ])
  t.same(namesWith({ create: false, read: false, update: false, delete: false, search: false }), [])
  t.end()
})
