/** Names the device of a session, so that its owner knows it again. */
import { parse } from 'bowser'
import type { RequestClient } from '../framework/index.ts'

/** Longest name, in characters. */
export const MAX_DEVICE_LENGTH = 60

/**
 * Such as `Firefox on Linux`; of a program that is no browser its own first word, such as `curl`; `unknown` where nothing is said.
 * Nothing in it is proved: a client says of itself what it likes.
 */
export function deviceOf({ userAgent = '' }: Pick<RequestClient, 'userAgent'>): string {
  // The library takes no empty text.
  const { browser, os } = parse(userAgent || ' ')
  const [program = ''] = userAgent.split(/[/\s]/)
  const isBrowser = Boolean(browser.name) && Boolean(os.name)
  const name = isBrowser ? `${String(browser.name)} on ${String(os.name)}` : program
  return name.slice(0, MAX_DEVICE_LENGTH).toWellFormed() || 'unknown'
}
