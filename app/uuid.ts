/** The schema of ids on the wire. */
import Type from 'typebox'

/** A uuid in lower case, as stores make and compare them. */
export const UUID = Type.String({
  format: 'uuid',
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  examples: ['0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01'],
})
