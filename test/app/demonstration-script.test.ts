/** Tests demonstration-script.ts: everybody who is named is there, and what they give and answer can be. */
import { test } from 'tap'
import { ACTORS, BONDS, CONVERSATIONS } from '../../app/demonstration-script.ts'
import { isEmoji } from '../../app/emoji.ts'
import { tidyFullName } from '../../app/full-name.ts'

test('the script names nobody who is not there, and nothing that could not be', (t) => {
  const names = ['admin', ...ACTORS.map(({ username }) => username)]
  t.equal(new Set(names).size, names.length)
  for (const { full_name } of ACTORS) t.equal(tidyFullName(full_name, ''), full_name)
  for (const [one, other] of BONDS) t.ok([one, other].every((name) => names.includes(name)))
  t.ok(CONVERSATIONS.some(({ title }) => title === undefined))
  for (const { title, members, lines, unread = {} } of CONVERSATIONS) {
    t.ok(members.every((name) => names.includes(name)))
    t.equal(new Set(members).size, members.length)
    if (title === undefined) t.equal(members.length, 2)
    for (const [name, count] of Object.entries(unread)) {
      t.ok(members.includes(name))
      t.notOk(
        lines.slice(-count).some(({ by }) => by === name),
        `${name} has read its own`,
      )
    }
    for (const [at, { by, text, answers, isDeleted, photo, reactions = {} }] of lines.entries()) {
      t.ok(members.includes(by), by)
      t.ok(text !== '' || isDeleted === true || photo !== undefined)
      t.ok(answers === undefined || (answers >= 1 && answers <= at))
      t.ok(Object.keys(reactions).every(isEmoji), Object.keys(reactions).join(' '))
      t.ok(Object.values(reactions).every((given) => given.every((name) => members.includes(name))))
    }
  }
  t.end()
})
