/** Makes ratios of samples, and a table of them. */

import type { Sample } from './measure.ts'

/** The samples of one operation, for each contender one per round. The yardstick is the first contender. */
export interface Measured {
  readonly operation: string
  readonly samples: ReadonlyMap<string, readonly Sample[]>
}

/** What is asked of each operation. */
export const GOALS = { minRequestRatio: 0.9, maxCpuRatio: 1.15 } as const

/** The median over the rounds of a contender's figure divided by the yardstick's in the same round. */
export function medianRatio(
  measured: Measured,
  contender: string,
  figure: (sample: Sample) => number,
): number {
  const [yardstick = []] = measured.samples.values()
  const samples = measured.samples.get(contender) ?? []
  return median(
    samples.flatMap((sample, round) => {
      const other = yardstick[round]
      return other === undefined ? [] : [figure(sample) / figure(other)]
    }),
  )
}

/** Whether a contender reaches the goals in an operation. */
export function reachesGoals(measured: Measured, contender: string): boolean {
  const requestRatio = medianRatio(measured, contender, byRequests)
  const cpuRatio = medianRatio(measured, contender, byCpu)
  return requestRatio >= GOALS.minRequestRatio && cpuRatio <= GOALS.maxCpuRatio
}

/** A table in Markdown: one line for each operation and contender. */
export function toTable(all: readonly Measured[]): string {
  const lines = all.flatMap((measured) =>
    [...measured.samples].map(([name, samples]) => {
      const typical = (figure: (sample: Sample) => number, digits: number): string =>
        median(samples.map(figure)).toFixed(digits)
      const ratio = (figure: (sample: Sample) => number): string =>
        medianRatio(measured, name, figure).toFixed(2)
      return [
        measured.operation,
        name,
        typical(byRequests, 0),
        ratio(byRequests),
        typical(byCpu, 1),
        ratio(byCpu),
        typical(({ databaseCpuMicros }) => databaseCpuMicros, 1),
        typical(({ p50Ms }) => p50Ms, 2),
        typical(({ p99Ms }) => p99Ms, 2),
      ]
    }),
  )
  return [HEADINGS, HEADINGS.map(() => '---'), ...lines].map(toLine).join('\n')
}

const HEADINGS = [
  'operation',
  'server',
  'requests/s',
  'ratio',
  'CPU µs/request',
  'ratio',
  'PostgreSQL CPU µs/request',
  'p50 ms',
  'p99 ms',
]

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function byRequests({ requestsPerSecond }: Sample): number {
  return requestsPerSecond
}

function byCpu({ cpuMicros }: Sample): number {
  return cpuMicros
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? NaN : (low + high) / 2
}
