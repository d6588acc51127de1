/** That a key in a path is told of with an example that is one. */
import t from 'tap'
import { IF_MATCH, IF_NONE_MATCH, keyParameter } from '../../../framework/http/item-parameters.ts'
import { parseKey } from '../../../framework/resource/key.ts'
import { samples } from '../../kit/sample-resources.ts'

t.test('the example is a key of the resource', (t) => {
  for (const resource of Object.values(samples.resources)) {
    const { example, isRequired } = keyParameter(resource)
    t.equal(isRequired, true)
    t.ok(parseKey(resource, String(example)), resource.name)
  }
  t.end()
})

t.test('conditions are headers that nobody has to send', (t) => {
  for (const parameter of [IF_MATCH, IF_NONE_MATCH]) {
    t.match(parameter, { in: 'header', isRequired: undefined })
  }
  t.end()
})
