/** The parameters of operations on one row, for documents. */
import type { Resource } from '../resource/resource.ts'
import type { Parameter } from './operation.ts'
import { sampleKey } from './samples.ts'

/** The key in the path. */
export function keyParameter(resource: Resource): Parameter {
  return Object.freeze({
    name: 'key',
    in: 'path',
    description: `Key of the ${resource.name.replaceAll('_', ' ')}.`,
    schema: { type: 'string' },
    isRequired: true,
    example: sampleKey(resource),
    component: `${resource.name}.key`,
  })
}

/** RFC 9110 §13.1.1. */
export const IF_MATCH: Parameter = Object.freeze({
  name: 'If-Match',
  in: 'header',
  description: 'ETags that you have read. Nothing is done when the item has another by now.',
  schema: { type: 'string' },
  component: 'if_match',
})

/** RFC 9110 §13.1.2. */
export const IF_NONE_MATCH: Parameter = Object.freeze({
  name: 'If-None-Match',
  in: 'header',
  description:
    'ETags that you have. The answer is 304 without a body when the item still has one of them.',
  schema: { type: 'string' },
  component: 'if_none_match',
})
