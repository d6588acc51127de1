/** Tests action.ts: what is declared, and what of it is refused. */
import { test } from 'tap'
import Type from 'typebox'
import {
  action,
  ITEM_INPUT,
  toItemInput,
  web,
  type ActionContext,
} from '../../../framework/action/action.ts'
import { NO_JOBS } from '../../../framework/action/job-sender.ts'
import { perInput } from '../../../framework/action/limit.ts'
import { DeclarationError } from '../../../framework/errors.ts'
import { afterCreate } from '../../../framework/event/change-trigger.ts'
import { ANONYMOUS } from '../../../framework/security/authorization.ts'
import { TEST_CLIENT } from '../../kit/request-client.ts'

const NUMBER = Type.Object({ number: Type.Integer() })
const RATE = { count: 1, seconds: 1 }
const CONTEXT: ActionContext = {
  caller: ANONYMOUS,
  client: TEST_CLIENT,
  stores: { store: () => undefined },
  transaction: {},
  jobs: NO_JOBS,
  prepared: undefined,
}

test('an action has what is declared, the usual for the rest, and is frozen', (t) => {
  const bare = action('look', {
    description: 'Looks.',
    input: NUMBER,
    triggers: [web()],
    run: async () => undefined,
  })
  t.match(bare, {
    name: 'look',
    output: undefined,
    triggers: [{ kind: 'web' }],
    scopes: [],
    isPublic: false,
    answersTokens: false,
    isTransactional: true,
    cacheControl: 'no-store',
    limits: [],
    examples: [],
  })
  for (const value of [bare, bare.triggers, bare.scopes, bare.limits, bare.examples])
    t.ok(Object.isFrozen(value))
  t.same(web({ status: 201 }), { kind: 'web', status: 201 })
  t.end()
})

test('what an action prepares it finds when it runs', async (t) => {
  const twice = action('twice', {
    description: 'Doubles.',
    input: NUMBER,
    output: NUMBER,
    triggers: [web()],
    prepare: async ({ number }) => ({ double: 2 * number }),
    run: async ({ number }, { prepared }) => ({ number: number + prepared.double }),
  })
  const prepared = await twice.prepare({ number: 2 }, CONTEXT)
  t.same(prepared, { double: 4 })
  t.same(await twice.run({ number: 2 }, { ...CONTEXT, prepared }), { number: 6 })

  const plain = action('plain', {
    description: 'Prepares nothing.',
    input: NUMBER,
    triggers: [web()],
    run: async () => undefined,
  })
  t.equal(await plain.prepare({ number: 2 }, CONTEXT), undefined)
})

test('an action that could not be called, or could not take what sets it off, is refused', (t) => {
  const declaration = {
    description: 'x',
    input: NUMBER,
    triggers: [web()],
    run: async () => undefined,
  }
  for (const name of ['', 'Look', 'look-up', '2look', 'look_', 'look__up', 'look up']) {
    t.throws(() => action(name, declaration), DeclarationError, name)
  }
  const twice = [perInput('number', RATE), perInput('number', RATE)]
  t.throws(() => action('look', { ...declaration, limits: twice }), /look: two of its limits/)
  // @ts-expect-error there is no such member of the input
  t.ok(action('look', { ...declaration, limits: [perInput('numbr', RATE)] }))
  t.throws(() => action('look', { ...declaration, triggers: [] }), /look: nothing triggers it/)
  t.throws(
    () => action('look', { ...declaration, triggers: [web(), afterCreate('card')] }),
    /look: a change triggers it. Let its input be ITEM_INPUT/,
  )
  t.ok(action('look', { ...declaration, input: ITEM_INPUT, triggers: [afterCreate('card')] }))
  t.end()
})

test('an item is the input of an action that a change sets off', (t) => {
  t.same(toItemInput({ id: 'a', text: null }), { item: { id: 'a', text: null } })
  t.end()
})
