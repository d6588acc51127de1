/** Tests listen-fault.ts. */
import t from 'tap'
import { listenFault } from '../../app/listen-fault.ts'
import { DeclarationError } from '../../framework/index.ts'

const ADDRESS = { host: 'a.example', port: 80 }
const errorOf = (code: string): Error => Object.assign(new Error('listen'), { code })

t.test('what can be mended is told with the variable to set', async (t) => {
  for (const [code, line] of [
    ['EADDRINUSE', /^PORT 80 is in use on a\.example: [^\n]+ \(EADDRINUSE\)$/],
    ['EACCES', /^PORT 80 [^\n]+$/],
    ['ENOTFOUND', /^HOST a\.example [^\n]+$/],
    ['EAI_AGAIN', /^HOST a\.example [^\n]+$/],
    ['EADDRNOTAVAIL', /^HOST a\.example [^\n]+$/],
  ] as const) {
    const fault = listenFault(errorOf(code), ADDRESS)
    t.type(fault, DeclarationError)
    t.match(fault, { message: line })
  }
})

t.test('anything else stays what it is', async (t) => {
  for (const error of [errorOf('EOTHER'), new TypeError('a'), 'text']) {
    t.equal(listenFault(error, ADDRESS), error)
  }
})
