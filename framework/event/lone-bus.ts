/** The bus of a process that knows of no others. */
import type { Bus } from './bus.ts'

/** Carries nothing to nobody. */
export const LONE_BUS: Bus = Object.freeze<Bus>({
  maxBytes: 0,
  send: () => undefined,
  receive: () => () => undefined,
  onGap: () => () => undefined,
  close: () => Promise.resolve(),
})
