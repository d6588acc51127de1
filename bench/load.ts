/** The load generator, a process of its own: sockets that each send the next request when the last is answered. */

import { once } from 'node:events'
import { connect } from 'node:net'

import { createAnswerReader } from './answer-reader.ts'
import {
  SERIAL_DIGITS,
  type LoadCommand,
  type LoadReport,
  type PreparedRequest,
} from './load-messages.ts'

interface Plan {
  readonly requests: readonly PreparedRequest[]
  readonly status: number
}

type Run = Extract<LoadCommand, { kind: 'run' }>

const READ_BYTES = 65_536

let plan: Plan = { requests: [], status: 0 }
let next = 0
let serial = 0

process.on('message', (command: LoadCommand) => {
  if (command.kind === 'prepare') plan = command
  else void run(command).catch(failure).then(report)
})
process.once('disconnect', () => process.exit())

function report(message: LoadReport): void {
  process.send?.(message)
}

function failure(error: unknown): LoadReport {
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
}

async function run({ port, connections, seconds }: Run): Promise<LoadReport> {
  const clients = await Promise.all(Array.from({ length: connections }, () => openClient(port)))
  const latencies: number[] = []
  const start = performance.now()
  const deadline = start + seconds * 1000
  try {
    const bytes = await Promise.all(clients.map((client) => client.drive(deadline, latencies)))
    const elapsedSeconds = (performance.now() - start) / 1000
    const sorted = Float64Array.from(latencies).sort()
    return {
      kind: 'done',
      requests: sorted.length,
      seconds: elapsedSeconds,
      bytes: bytes.reduce((sum, part) => sum + part, 0),
      p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    }
  } finally {
    for (const client of clients) client.close()
  }
}

/** One keep-alive connection with one request in flight. */
interface Client {
  /** Sends and receives until the deadline, and waits for the last answer. @returns how many bytes came */
  drive(deadline: number, latencies: number[]): Promise<number>
  close(): void
}

async function openClient(port: number): Promise<Client> {
  const reader = createAnswerReader(plan.status)
  let [sentAt, bytes] = [0, 0]
  let onAnswer = (): void => undefined

  const receive = (length: number, buffer: Uint8Array): boolean => {
    bytes += length
    try {
      if (reader.isWhole(Buffer.from(buffer.buffer, buffer.byteOffset, length))) onAnswer()
    } catch (error) {
      socket.destroy(error as Error) // as the reader throws it
    }
    return true
  }
  const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: receive }
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread })
  await once(socket, 'connect')

  function send(): void {
    sentAt = performance.now()
    socket.write(nextRequest(), 'latin1')
  }

  return {
    drive: (deadline, latencies) =>
      new Promise((resolve, reject) => {
        socket.on('error', reject)
        socket.on('close', () => reject(new Error('The server closed a connection.')))
        onAnswer = () => {
          const now = performance.now()
          latencies.push(now - sentAt)
          if (now < deadline) send()
          else resolve(bytes)
        }
        send()
      }),
    close: () => socket.destroy(),
  }
}

function nextRequest(): string {
  const request = plan.requests[next++ % plan.requests.length]
  if (request === undefined) throw new Error('There are no requests.')
  if (request.tail === '') return request.head
  return request.head + String(++serial).padStart(SERIAL_DIGITS, '0') + request.tail
}
