/** Sizes of files as people read them. */

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** The number and unit that `Intl.NumberFormat` writes: `{ value: 1.5, unit: 'megabyte' }`. */
export function fileSize(bytes: number): { readonly value: number; readonly unit: string } {
  let value = bytes
  let step = 0
  while (value >= 1000 && step < UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  const digits = step === 0 || value >= 10 ? 0 : 1
  return { value: Number(value.toFixed(digits)), unit: UNITS[step] ?? 'byte' }
}
