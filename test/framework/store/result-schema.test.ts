/** Tests result-schema.ts. */
import { test } from 'tap'
import { validatorOf } from '../../../framework/resource/validator.ts'
import { linkedResultSchema, resultSchema } from '../../../framework/store/result-schema.ts'
import { member, person } from '../../kit/chat-resources.ts'
import { openChat, IDS } from '../../kit/chat.ts'

test('a result fits, whatever its caller may read', async (t) => {
  const chat = await openChat(t)
  for (const who of ['nobody', 'ann', 'admin'] as const) {
    const result = await chat.as(who, 'person').readOrThrow(IDS.ann)
    t.same(validatorOf(resultSchema(person)).faultsOf(result), [], who)
  }
  const { results } = await chat.as('ann', 'member').search()
  t.ok(results.length > 0)
  for (const one of results) t.ok(validatorOf(resultSchema(member)).isValid(one))
})

test('what is no result does not fit', (t) => {
  const item = { id: IDS.ann, name: 'ann', email: null }
  const result = { key: IDS.ann, item, updatable: false, deletable: false }
  const validator = validatorOf(resultSchema(person))
  t.ok(validator.isValid(result))
  t.ok(validator.isValid({ ...result, item: { id: IDS.ann } }), 'what may not be read is absent')
  for (const wrong of [
    { ...result, key: 1 },
    { ...result, updatable: null },
    { ...result, more: 1 },
    { ...result, item: { ...item, digest: 'secret' } },
    { ...result, item: { ...item, nothing: 1 } },
    { ...result, item: { ...item, name: null } },
    { ...result, item: { name: 'ann' } },
  ]) {
    t.notOk(validator.isValid(wrong), JSON.stringify(wrong))
  }
  t.end()
})

test('what is linked is an item or null, and has to be there', (t) => {
  const item = { id: IDS.ann, name: 'ann' }
  const result = { key: IDS.ann, updatable: false, deletable: false }
  const validator = validatorOf(linkedResultSchema(person, { friend: person }))
  for (const friend of [null, { id: IDS.bob, name: 'bob' }]) {
    t.ok(validator.isValid({ ...result, item: { ...item, friend } }))
  }
  for (const friend of [undefined, 'bob', { name: 'bob' }, { id: IDS.bob, digest: 'x' }]) {
    t.notOk(validator.isValid({ ...result, item: { ...item, friend } }))
  }
  t.notOk(validator.isValid({ ...result, item }))
  t.end()
})
