/** Runs the examples of an action against a messenger, as its documents show them. */
import type { Test } from 'tap'
import type { Accounts } from '../../app/accounts.ts'
import type { Action } from '../../framework/index.ts'
import type { TestMessenger } from './messenger.ts'

/** For actions that are only looked at. */
const NO_ACCOUNTS: Accounts = Object.freeze({
  prepare: never,
  signUp: never,
  login: never,
  refresh: never,
  logout: never,
  logoutEverywhere: never,
  changePassword: never,
  changeEmailAddress: never,
  deleteAccount: never,
  recoverPassword: never,
  confirmAddress: never,
})

/** Fails `t` for each example that is refused, or is not answered as it says. */
export async function runExamples(
  t: Test,
  { call, document }: TestMessenger,
  make: (accounts: Accounts) => Action,
): Promise<void> {
  const { name, examples } = make(NO_ACCOUNTS)
  const path = `/actions/${name.replaceAll('_', '-')}`
  t.ok(examples.length > 0, `${name} has examples`)
  for (const example of examples) {
    const response = await call(`POST ${path}`, { json: example.input })
    t.ok(response.statusCode < 300, `${name}, ${example.name}: ${response.body}`)
    if (example.output !== undefined) t.match(response.json(), example.output)
    const paths = document['paths'] as Readonly<Record<string, object>>
    t.match(JSON.stringify(paths[path]), JSON.stringify(example.input), 'it is in the document')
  }
}

function never(): Promise<never> {
  return Promise.reject(new TypeError('Nobody has an account here.'))
}
