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
  for (const blank of ['', ' ', '\u2003\t\n']) {
    t.throws(
      () => tidyFullName(blank, '/item/full_name'),
      new InvalidError([{ pointer: '/item/full_name', detail: 'must not be blank' }]),
    )
  }
  t.end()
})
