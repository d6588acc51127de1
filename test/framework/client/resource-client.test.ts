/** Tests resource-client.ts: what is sent for each operation. client.test.ts runs them on the messenger. */
import t from 'tap'
import { resourceOperations } from '../../../framework/client/resource-client.ts'
import type { Answer, Request } from '../../../framework/client/requests.ts'

function open(body: unknown = {}) {
  const sent: Request[] = []
  const send = async (request: Request): Promise<Answer> => {
    sent.push(request)
    return { body, etag: undefined }
  }
  return { sent, operations: resourceOperations('blog_post', send) }
}

t.test('names stand in paths in kebab-case, keys encoded', async (t) => {
  const { sent, operations } = open({ results: [], next_page_key: null })
  await operations.read('a/b', { include: ['x', 'y'] })
  await operations.link('written_by', 'a', { limit: 2 })
  await operations.search({
    where: { a: { eq: 1 } },
    order: ['-a', 'b'],
    cursor: true,
    pageKey: 'p',
  })
  t.same(
    sent.map(({ path, query }) => [path, ...(query ?? []).map((pair) => pair.join('='))]),
    [
      ['/actions/blog-post/a%2Fb', 'include=x,y'],
      ['/actions/blog-post/a/written-by', 'limit=2'],
      [
        '/actions/blog-post-search',
        'filter={"a":{"eq":1}}',
        'search_order=-a,b',
        'page_key=p',
        'cursor=true',
      ],
    ],
  )
})

t.test('edits have their names on the wire', async (t) => {
  const { sent, operations } = open([])
  await operations.editBatch(
    [{ create: {} }, { update: { id: 1 }, ifMatch: '"1"' }, { delete: 'a' }],
    { atomic: true },
  )
  t.same(JSON.parse(JSON.stringify(sent[0]?.body)), {
    edits: [{ create_item: {} }, { update_item: { id: 1 }, if_match: '"1"' }, { delete_key: 'a' }],
    atomic: true,
  })
})
