/** Tests packet.ts: that texts come out as they went in, and a packet never grows too large. */
import fc from 'fast-check'
import t from 'tap'
import { pack, unpack } from '../../../framework/bus/packet.ts'

t.test('any texts come out of their packet as they went in', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
      t.same(unpack(pack(texts, 1_000_000).packet), texts)
    }),
    { numRuns: 200 },
  )
  t.end()
})

t.test('a packet holds as many as fit in bytes, and the rest comes later', (t) => {
  const texts = ['aaaa', 'ééé', 'b']
  t.same(pack(texts, 6), { packet: '4:aaaa', rest: ['ééé', 'b'] })
  t.same(pack(texts, 13), { packet: '4:aaaa', rest: ['ééé', 'b'] })
  t.same(pack(texts, 14), { packet: '4:aaaa3:ééé', rest: ['b'] })
  t.same(pack(texts, 17), { packet: '4:aaaa3:ééé1:b', rest: [] })
  t.end()
})

t.test('what is no packet gives what can be read of it', (t) => {
  for (const [packet, texts] of [
    ['', []],
    ['nonsense', []],
    ['2:ab5:ab', ['ab']],
    ['2:abx1:a', ['ab']],
    ['99999999:a', []],
  ] as const) {
    t.same(unpack(packet), texts, packet)
  }
  t.end()
})
