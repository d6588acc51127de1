/** Tests file-name.ts: what becomes of names that somebody has typed. */
import fc from 'fast-check'
import t from 'tap'
import { tidyFileName } from '../../../app/media/file-name.ts'

t.test('names keep what is harmless, and lose what is not', async (t) => {
  const names: Readonly<Record<string, string>> = {
    'Lamp at night.jpg': 'Lamp at night.jpg',
    'Bär 🦊.png': 'Bär 🦊.png',
    'u\u0308.txt': 'ü.txt',
    '../../etc/passwd': 'passwd',
    'C:\\Users\\tim\\x.txt': 'x.txt',
    'a\u202Egpj.exe': 'agpj.exe',
    'a\nb\r\tc.txt': 'abc.txt',
    '<b>"x"|?*.txt': 'bx.txt',
    '': 'file',
    '...': 'file',
    '/': 'file',
    '.htaccess': 'htaccess',
    'x. . ': 'x',
    'aux.txt': '_aux.txt',
    LPT1: '_LPT1',
    'console.log': 'console.log',
  }
  for (const [given, tidy] of Object.entries(names)) t.equal(tidyFileName(given), tidy, given)
})

t.test('whatever is typed, a name is short, not empty and no path', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const name = tidyFileName(text)
      const { length } = [...name]
      return length > 0 && length <= 255 && !/[\\/\p{Cc}]/u.test(name) && name !== '..'
    }),
  )
  t.equal(tidyFileName(`${'a'.repeat(300)}.jpeg`), `${'a'.repeat(250)}.jpeg`)
})
