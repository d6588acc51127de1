/** That links are cut, and nothing else. */
import t from 'tap'
import { withoutLinks } from '../../../framework/socket/without-links.ts'

const refTo = (name: string) => ({ $ref: `#/components/schemas/${name}` })

t.test('rows and filters name what is linked, and keep the rest', (t) => {
  const elsewhere = (name: string) => ({
    type: ['object', 'null'],
    description: `See \`${name}\` in the OpenAPI document.`,
  })
  const text = { type: 'string' }
  const schemas = {
    post_item: {
      type: 'object',
      properties: {
        text,
        author: { anyOf: [refTo('person_item'), { type: 'null' }] },
        replies: refTo('post_linked_page'),
      },
    },
    post_filter: {
      type: 'object',
      properties: { author: refTo('person_filter'), not: refTo('post_filter') },
    },
    post_result: { type: 'object', properties: { item: refTo('post_item') } },
    any_item: {},
  }
  t.same(withoutLinks(schemas), {
    ...schemas,
    post_item: {
      type: 'object',
      properties: {
        text,
        author: elsewhere('person_item'),
        replies: elsewhere('post_linked_page'),
      },
    },
    post_filter: {
      type: 'object',
      properties: { author: elsewhere('person_filter'), not: refTo('post_filter') },
    },
  })
  t.end()
})
