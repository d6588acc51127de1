/** Holds the document that is checked in to what the messenger serves. */
import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import { test } from 'tap'
import { OPENAPI_FILE, openApiText } from '../../app/openapi.ts'

test('openapi/openapi.json is what the messenger serves, and valid', async (t) => {
  const text = await openApiText()
  const kept = await readFile(OPENAPI_FILE, 'utf8')
  t.ok(text === kept, 'in step: run `npm run openapi`, and look at what changed')
  const validator = new Validator()
  const { valid, errors } = await validator.validate(text)
  t.ok(valid, JSON.stringify(errors))
  t.equal(validator.version, '3.1')
  t.notMatch(text, /password_digest|refresh_digest|family_digest/)
})
