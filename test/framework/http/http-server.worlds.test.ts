/** That two databases which differ only in what a caller may not read give that caller identical answers. */
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import {
  absent,
  ann,
  annsRoom,
  bob,
  carl,
  carlsRoom,
  draft,
  openChatApi,
  published,
  type ChatApi,
} from '../../kit/chat-api.ts'
import { numberedId } from '../../kit/stores.ts'

/** Drafts, rooms, posts in them, email addresses and digests that neither bob nor anybody without a token may read. */
async function addHidden({ stores }: ChatApi): Promise<void> {
  const post = { room_id: annsRoom, author_id: ann, draft: true }
  for (let number = 0; number < 30; number += 1) {
    const reply = number % 2 === 0 ? { reply_to_id: published } : {}
    await stores
      .store('post')
      .create({ ...post, ...reply, id: numberedId(600 + number), text: `Hidden ${number}` })
  }
  await stores.store('room').create({ id: absent, title: 'Hidden', owner_id: carl })
  await stores.store('member').create({ room_id: carlsRoom, person_id: carl })
  const found = await stores.database.query({
    text: `update person set email = 'other@' || name, digest = 'other ' || name where id = $1`,
    values: [carl],
  })
  if (found.rowCount !== 1) throw new RangeError('There is no carl.')
}

const REQUESTS: readonly (readonly [string, unknown?])[] = [
  ['GET /actions/post-search'],
  ['GET /actions/post-search?limit=1'],
  ['GET /actions/post-search?limit=100&search_order=-text'],
  ['GET /actions/post-search?text__startswith=Hidden'],
  ['GET /actions/post-search?draft__eq=true'],
  ['GET /actions/post-search?filter={%22not%22:{%22draft%22:{%22eq%22:false}}}'],
  ['GET /actions/post-search?filter={%22replies%22:{}}'],
  ['GET /actions/post-search?filter={%22room%22:{%22title%22:{%22eq%22:%22Hidden%22}}}'],
  ['GET /actions/post-search?include=replies,author.posts,room.members'],
  ['GET /actions/post-count'],
  ['GET /actions/post-count?reply_to_id__exists=true'],
  ['GET /actions/person-search?include=posts'],
  ['GET /actions/person-search?email__exists=true'],
  ['GET /actions/person-search?email__contains=other'],
  ['GET /actions/person-search?search_order=email,name'],
  ['GET /actions/person-search?digest__eq=other+carl'],
  ['GET /actions/person-count?email__contains=other'],
  [`GET /actions/person/${carl}`],
  [`GET /actions/person/${ann}/posts`],
  ['GET /actions/room-search'],
  ['GET /actions/room-count'],
  [`GET /actions/room/${absent}`],
  [`GET /actions/room/${absent}/members`],
  [`GET /actions/room/${carlsRoom}/members`],
  ['GET /actions/member-search'],
  [`GET /actions/post/${numberedId(600)}`],
  [`GET /actions/post/${numberedId(600)}/author`],
  [`GET /actions/post/${published}/replies`],
  [`GET /actions/post-batch?keys=${numberedId(600)}&keys=${published}&keys=${draft}`],
  [`DELETE /actions/post/${numberedId(600)}`],
  [`PATCH /actions/post/${numberedId(600)}`, { item: { text: 'x' } }],
  [
    `PATCH /actions/post/${numberedId(600)}`,
    { item: { text: 'x' }, precondition: { draft: { eq: true } } },
  ],
  [`PATCH /actions/room/${absent}`, { item: { title: 'x' } }],
  ['POST /actions/post', { item: { room_id: absent, text: 'x' } }],
  [
    'POST /actions/post',
    { item: { room_id: annsRoom, text: 'Answer', reply_to_id: numberedId(600) } },
  ],
  [
    'PATCH /actions/post-batch',
    {
      edits: [{ delete_key: numberedId(600) }, { update_item: { id: numberedId(601), text: 'x' } }],
    },
  ],
  [
    'PATCH /actions/post-batch',
    { edits: [{ create_item: { room_id: absent, text: 'x' } }], atomic: true },
  ],
]

/** Answers as the caller sees them; a page key is random, so only whether there is one counts. */
async function answers({ call }: ChatApi, as: string | undefined): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  for (const [line, json] of REQUESTS) {
    const told = { ...(as === undefined ? {} : { as }), ...(json === undefined ? {} : { json }) }
    seen.push([line, ...sightOf(await call(line, told))])
  }
  return seen
}

function sightOf({ statusCode, headers, body }: LightMyRequestResponse): readonly unknown[] {
  const text = body.replaceAll(/"next_page_key":"[^"]+"/g, '"next_page_key":"…"')
  // That a row was written is no secret: its ETag tells.
  return [statusCode, text, { ...headers, etag: '', date: '', 'content-length': '' }]
}

async function compare(t: Test, as: string | undefined): Promise<void> {
  const [one, other] = [await openChatApi(t), await openChatApi(t)]
  await addHidden(other)
  const [seen, seenToo] = [await answers(one, as), await answers(other, as)]
  for (const [index, answer] of seen.entries()) {
    t.same(seenToo[index], answer, String(REQUESTS[index]?.[0]))
  }
}

t.test('to a caller with a token', (t) => compare(t, bob))
t.test('to anonymous callers', (t) => compare(t, undefined))

t.test('what is hidden is there: its owner sees it', async (t) => {
  const world = await openChatApi(t)
  await addHidden(world)
  const response = await world.call('GET /actions/post-count', { as: ann })
  t.same(response.json(), { count: 32 })
})
