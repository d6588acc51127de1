/** How often a test repeats what only chance brings out: a little in tests, a lot in `npm run soak`. */

/** The rounds of this run. */
export function rounds(count: { readonly test: number; readonly soak: number }): number {
  return process.env['SOAK'] === undefined ? count.test : count.soak
}
