/** Tests file-size.ts. */
import t from 'tap'
import { fileSize } from '../../../../app/web/logic/file-size.ts'

t.test('sizes are short', (t) => {
  t.same([0, 999, 1500, 12_345_678, 5e12].map(fileSize), [
    { value: 0, unit: 'byte' },
    { value: 999, unit: 'byte' },
    { value: 1.5, unit: 'kilobyte' },
    { value: 12, unit: 'megabyte' },
    { value: 5000, unit: 'gigabyte' },
  ])
  t.end()
})
