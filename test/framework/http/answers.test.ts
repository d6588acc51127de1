/** That answers about rows are for one caller's own cache, and rows have a path. */
import t from 'tap'
import {
  includeResults,
  pathMaker,
  PRIVATE,
  privateAnswer,
  resultAnswer,
} from '../../../framework/http/answers.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { chat } from '../../kit/chat-resources.ts'
import { openServices, requestWith } from '../../kit/services.ts'
import { VERSION, type Result } from '../../../framework/store/store.ts'

const { person } = chat.resources
const result: Result = {
  key: 'a',
  item: { id: 'a' },
  updatable: false,
  deletable: false,
  [VERSION]: '7',
}

t.test('what one caller sees is cached by that caller alone, and asked for again', async (t) => {
  const services = await openServices(t)
  const answer = resultAnswer(services, requestWith(''), { resource: person, result })
  t.match(answer, { status: 200, body: result })
  t.same(answer.headers, { ...PRIVATE, etag: services.etags.tagOf(person, result, ANONYMOUS) })
  t.same(PRIVATE, { 'cache-control': 'private, no-cache', vary: 'Authorization' })
  t.same(privateAnswer([1]), { status: 200, headers: PRIVATE, body: [1] })
})

t.test('without includes the results are as they were read', async (t) => {
  const services = await openServices(t)
  const results = [result]
  t.equal(
    await includeResults(services, ANONYMOUS, { resource: person, results, includes: [] }),
    results,
  )
})

t.test('a key is escaped in a path', (t) => {
  t.equal(pathMaker(person)('a/b?c#d%$&ä'), '/actions/person/a%2Fb%3Fc%23d%25%24%26%C3%A4')
  t.end()
})
