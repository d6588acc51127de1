/** Names and paths of operations. */

import t from 'tap'
import {
  actionPath,
  linkOperationName,
  linkPath,
  operationName,
  operationPath,
  STORE_OPERATIONS,
  toKebab,
} from '../../../framework/resource/operation-name.ts'
import { resource } from '../../../framework/resource/resource.ts'
import { everything, tag } from '../../kit/sample-resources.ts'
import { id } from '../../../framework/resource/standard-attributes.ts'

const friendRequest = resource('friend_request', { attributes: { id: id() } })

t.test('operations are snake_case by name and kebab-case by path', (t) => {
  t.strictSame(
    STORE_OPERATIONS.map((operation) => [
      operationName(friendRequest, operation),
      operationPath(friendRequest, operation),
    ]),
    [
      ['friend_request_create', '/actions/friend-request'],
      ['friend_request_read', '/actions/friend-request/{key}'],
      ['friend_request_update', '/actions/friend-request/{key}'],
      ['friend_request_delete', '/actions/friend-request/{key}'],
      ['friend_request_search', '/actions/friend-request-search'],
      ['friend_request_count', '/actions/friend-request-count'],
      ['friend_request_read_batch', '/actions/friend-request-batch'],
      ['friend_request_edit_batch', '/actions/friend-request-batch'],
    ],
  )
  t.end()
})

t.test('each kind of link has its verb', (t) => {
  const names = Object.entries(everything.links).map(([name, link]) =>
    linkOperationName(everything, name, link),
  )
  t.strictSame(names, [
    'everything_parent_read',
    'everything_tag_read',
    'everything_place_read',
    'everything_pinned_read',
    'everything_note_read',
    'everything_children_search',
    'everything_child_count_count',
    'everything_marks_search',
  ])
  t.equal(linkPath(everything, 'child_count'), '/actions/everything/{key}/child-count')
  t.equal(linkPath(tag, 'tagged'), '/actions/tag/{key}/tagged')
  t.end()
})

t.test('actions are kebab-case', (t) => {
  t.equal(actionPath('sign_up'), '/actions/sign-up')
  t.equal(toKebab('a_b_c'), 'a-b-c')
  t.end()
})
