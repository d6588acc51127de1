/** Says on standard error, as one line of JSON, what went wrong where no caller waits for it. */

/** Writes an error with its causes. */
export function report(error: unknown): void {
  const entry = { level: 'error', time: new Date().toISOString(), error: describe(error) }
  process.stderr.write(`${JSON.stringify(entry)}\n`)
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) }
}
