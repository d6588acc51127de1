/** That an API is whole, and that no two of its operations would be one on the wire. */
import t from 'tap'
import Type from 'typebox'
import { action, web, type Action } from '../../../framework/action/action.ts'
import { DeclarationError } from '../../../framework/errors.ts'
import { createApi, type ApiOptions } from '../../../framework/http/api.ts'
import { chatFactories } from '../../kit/chat-resources.ts'
import { openServices } from '../../kit/services.ts'

const services = await openServices(t)
const options: ApiOptions = {
  ...services,
  factories: chatFactories,
  actions: [],
  etagKey: Buffer.alloc(32, 1),
  idempotency: { once: async (_request, work) => ({ answer: await work({}), isReplay: false }) },
  isReady: () => Promise.resolve(true),
  info: { title: 'Test', version: '1.0.0', description: '' },
}
const named = (name: string): Action =>
  action(name, {
    description: '.',
    input: Type.Object({}),
    triggers: [web()],
    run: async () => undefined,
  })

t.test('resources, actions, login and health, in this order', (t) => {
  const { operations, document } = createApi({
    ...options,
    actions: [named('greet')],
    tokenGrant: () => Promise.reject(new DeclarationError('')),
  })
  const names = operations.map(({ name }) => name)
  t.equal(names[0], 'person_read')
  t.same(names.slice(-4), ['greet', 'login_form', 'health', 'readiness'])
  t.match(document, {
    info: { title: options.info.title, version: options.info.version },
    tags: [{ name: 'person' }, { name: 'room' }, {}, {}, { name: 'actions' }, { name: 'health' }],
  })
  t.notOk(createApi(options).operations.some(({ path }) => path === '/login'))
  t.end()
})

t.test('a resource without a store factory is not reachable', (t) => {
  const factories = chatFactories.filter(({ resource }) => resource.name !== 'person')
  const { operations } = createApi({ ...options, factories })
  t.same(
    operations
      .filter(({ name, path }) => `${name} ${path}`.includes('person'))
      .map(({ name }) => name),
    [],
  )
  t.end()
})

t.test('names and places that collide are refused', (t) => {
  for (const name of ['person_read', 'room', 'person_search', 'health']) {
    t.throws(() => createApi({ ...options, actions: [named(name)] }), DeclarationError, name)
  }
  t.throws(() => createApi({ ...options, actions: [named('greet'), named('greet')] }), /'greet'/)
  t.end()
})
