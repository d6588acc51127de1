/** Frames as bytes, at their edges; that PostgreSQL understands them, the contract of a database shows. */

import t from 'tap'

import { createFrameWriter, readAnswer } from '../../../framework/postgres/protocol-frames.ts'

/** The letters of whole frames, one behind the other; throws when they do not end where the bytes do. */
function letters(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes)
  let found = ''
  let at = 0
  while (at < buffer.length) {
    found += String.fromCharCode(buffer.readUInt8(at))
    at += 1 + buffer.readInt32BE(at + 1)
  }
  return at === buffer.length ? found : `${found}!`
}

t.test('a batch holds whole frames, and ends between statements', async (t) => {
  const writer = createFrameWriter()
  writer.statement({ name: '', text: 'select 1', values: [] })
  writer.statement({ name: 'a', text: 'select $1', values: ['ä😀', null, ''] })
  writer.statement({ name: 'a', values: ['😀'.repeat(100_000), '', null] })
  writer.script('select 1; select 2')
  const { bytes, ends } = writer.take()
  t.equal(bytes.length, ends.at(-1))
  t.equal(bytes.byteLength, bytes.buffer.byteLength, 'in memory of its own, to be handed over')
  t.same(
    ends.map((end, index) => letters(bytes.subarray(ends[index - 1] ?? 0, end))),
    ['PDBES', 'CPDBES', 'BES', 'Q'],
  )
  t.same(writer.take().ends, [], 'and the next one begins anew')
})

t.test('values are told by the length of their bytes', async (t) => {
  const writer = createFrameWriter()
  writer.statement({ name: 'a', values: ['ä', null, ''] })
  const bind = Buffer.from(writer.take().bytes)
  const values = [0, 0, 0, 2, 0xc3, 0xa4, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0]
  t.ok(bind.includes(Buffer.from([0, 0, 0, 3, ...values])))
})

/** A frame of the server. */
function frame(letter: string, ...parts: readonly (string | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const head = Buffer.alloc(5)
  head.write(letter)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const ERROR = frame('E', 'SERROR\0C23503\0Mno\0nmy_fkey\0\0')
const DONE = frame('C', 'INSERT 0 1\0')
const READY = frame('Z', 'I')
const INT4 = 23
const COLUMN = [0, 0, 0, 0, 0, 0, 0, 0, 0, INT4, 0, 4, 255, 255, 255, 255, 0, 0]
const SHAPE = frame('T', [0, 1], 'n\0', COLUMN)
const ROW = frame('D', [0, 1, 0, 0, 0, 2], '42')
const NULL_ROW = frame('D', [0, 1, 255, 255, 255, 255])

t.test('rows are read by the shape that came with them, or that is known', async (t) => {
  const told = readAnswer(
    Buffer.concat([frame('1'), SHAPE, frame('2'), ROW, NULL_ROW, DONE, READY]),
  )
  t.match(told, { isParsed: true, isBound: true, rows: [[42], [null]], tag: 'INSERT 0 1' })
  t.match(told.shape, { columns: ['n'] })
  const known = readAnswer(Buffer.concat([frame('2'), ROW, DONE, READY]), told.shape)
  t.match(known, { isParsed: false, rows: [[42]], shape: told.shape })
})

t.test('an error counts even after the end of the command', async (t) => {
  const { error, tag } = readAnswer(Buffer.concat([frame('2'), DONE, ERROR, READY]))
  t.match(error, { code: '23503', message: 'no', constraint: 'my_fkey', severity: 'ERROR' })
  t.equal(tag, 'INSERT 0 1')
})

t.test('an answer that breaks off has neither an end nor an error', async (t) => {
  const notice = frame('N', 'SWARNING\0C01000\0Msnapshot still active\0\0')
  const broken = readAnswer(Buffer.concat([frame('1'), frame('n'), frame('I'), notice, READY]))
  t.match(broken, { isBound: false, error: undefined })
  t.match(readAnswer(Buffer.alloc(0)), { isBound: false, tag: undefined, error: undefined })
})
