/** Holds the documents that are checked in to what the messenger serves, and both to their standards. */
import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { messengerDocuments } from '../../app/documents.ts'
import { complaintsOf } from '../kit/asyncapi-parser.ts'

const documents = await messengerDocuments()
const textOf = (path: string): string => documents.find((one) => one.path === path)?.text ?? ''

t.test('what is checked in is what the messenger serves', async (t) => {
  t.same(
    documents.map(({ path }) => path),
    ['/openapi.json', '/asyncapi.json'],
  )
  for (const { path, file, text } of documents) {
    const kept = await readFile(file, 'utf8')
    t.ok(text === kept, `${path} is in step: run \`npm run documents\`, and look at what changed`)
    t.notMatch(text, /password_digest|refresh_digest|family_digest/)
  }
})

t.test('the OpenAPI document is valid', async (t) => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(textOf('/openapi.json'))
  t.ok(valid, JSON.stringify(errors))
  t.equal(validator.version, '3.1')
})

t.test('the AsyncAPI document is valid, and the parser has no advice', async (t) => {
  t.same(await complaintsOf(textOf('/asyncapi.json')), [])
  const wrong = {
    asyncapi: '3.0.0',
    info: { title: 'Wrong', version: '1.0.0' },
    channels: { a: { address: 'a' } },
    operations: { b: { action: 'hear', channel: { $ref: '#/channels/a' } } },
  }
  t.match((await complaintsOf(JSON.stringify(wrong))).join('\n'), /action/)
})
