/** Tests token-keys.ts. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chdir, cwd } from 'node:process'
import { test } from 'tap'
import { readConfig } from '../../app/config.ts'
import { readTokenKeys } from '../../app/token-keys.ts'
import { DeclarationError, generateTokenKey, parseTokenKeys } from '../../framework/index.ts'

const idOf = (text: string): string => parseTokenKeys(text).signing.id

test('without keys one is made, for its owner alone, and kept', async (t) => {
  const dataDir = join(t.testdir(), 'data')
  const config = { ...readConfig({}), dataDir }
  const made = await readTokenKeys(config)
  const file = join(dataDir, 'token-key')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(idOf(readFileSync(file, 'utf8')), made.signing.id)
  t.equal((await readTokenKeys(config)).signing.id, made.signing.id)
  writeFileSync(file, '')
  await t.rejects(readTokenKeys(config), /token-key: There is no token key/)
})

test('a folder that can not keep it is refused, with the variable to set', async (t) => {
  const root = t.testdir({ file: '' })
  for (const dataDir of [join(root, 'file', 'data'), '/proc']) {
    await t.rejects(readTokenKeys({ ...readConfig({}), dataDir }), {
      name: 'DeclarationError',
      message: /DATA_DIR/,
    })
  }
})

test('two processes that start at a time keep the same key', async (t) => {
  const config = { ...readConfig({}), dataDir: t.testdir() }
  const keys = await Promise.all(Array.from({ length: 8 }, () => readTokenKeys(config)))
  t.equal(new Set(keys.map(({ signing }) => signing.id)).size, 1)
})

test('secrets are used as given', async (t) => {
  const [one, other] = [generateTokenKey(), generateTokenKey()]
  const read = (tokenKeys: string) => readTokenKeys({ ...readConfig({}), tokenKeys })
  t.equal((await read(one)).signing.id, idOf(one))
  const both = await read(`${one}, ${other}`)
  t.same(
    both.verifying.map(({ id }) => id),
    [idOf(one), idOf(other)],
  )
  await t.rejects(read('short'), /^TOKEN_KEYS: Token key 1 /)
})

test('a file that is named is read, and never taken for a secret', async (t) => {
  const text = generateTokenKey()
  const name = 'a/path/that/could/be/a/secret/of/base64/letters'
  const folder = t.testdir({ 'keys.txt': text, wrong: 'short' })
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
  const read = (tokenKeys: string) => readTokenKeys({ ...readConfig({}), tokenKeys })
  t.equal((await read(join(folder, 'keys.txt'))).signing.id, idOf(text))
  t.equal((await read(join(folder, name))).signing.id, idOf(text))
  const before = cwd()
  chdir(folder)
  t.teardown(() => chdir(before))
  t.equal((await read('keys.txt')).signing.id, idOf(text))
  t.equal((await read(name)).signing.id, idOf(text))
  await t.rejects(read('./wrong'), /^The file that TOKEN_KEYS names: Token key 1 /)
  for (const absent of ['./nothing', `/${name}`, '~/keys', 'nothing.json']) {
    const refused = read(absent)
    await t.rejects(refused, DeclarationError, absent)
    await t.rejects(refused, /^TOKEN_KEYS names a file that can't be read/)
    await refused.catch((error: unknown) => t.notMatch(String(error), absent))
  }
})
