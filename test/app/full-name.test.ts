/** Tests full-name.ts. */
import { test } from 'tap'
import { tidyFullName } from '../../app/full-name.ts'
import { InvalidError } from '../../framework/index.ts'

test('needless spaces go, and one name has one spelling', (t) => {
  t.equal(tidyFullName('  Tim \t\n\u00a0 Example ', ''), 'Tim Example')
  t.equal(tidyFullName('Zoe\u0308', ''), 'Zo\u00eb')
  t.equal(tidyFullName('Tim', ''), 'Tim')
  t.end()
})

test('a name of nothing but spaces is refused where it stands', (t) => {
  for (const blank of ['', ' ', '\u2003\t\n', '\u200d']) {
    t.throws(
      () => tidyFullName(blank, '/item/full_name'),
      new InvalidError([{ pointer: '/item/full_name', detail: 'must not be blank' }]),
    )
  }
  t.end()
})

test('what nobody sees is refused, but for what some languages are written with', (t) => {
  const hidden = ['\u0000', '\u0007', '\u001b[2J', '\u202e', '\u2066', '\u200b', '\u00ad', '\ue000', '\u{e0041}'] // prettier-ignore
  for (const text of hidden) {
    t.throws(
      () => tidyFullName(`Ad${text}min`, '/full_name'),
      new InvalidError([
        { pointer: '/full_name', detail: 'must not have characters that are not seen' },
      ]),
      JSON.stringify(text),
    )
  }
  for (const good of [
    '\u0646\u0627\u0645\u200c\u0647\u0627',
    'Jos\u00e9 O\u2019Neil-Ito',
    '\u6771 \u4eac',
    'Tim \u{1f469}\u200d\u{1f4bb}',
  ]) {
    t.equal(tidyFullName(good, ''), good)
  }
  t.end()
})
