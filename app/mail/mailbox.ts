/** Addresses of mail: one plain address and nothing that a parser of lists, groups, comments or routes could read otherwise. */

/** An address with the name beside it. */
export interface Mailbox {
  /** Empty: none. */
  readonly name: string
  readonly address: string
}

/** RFC 5321 §4.5.3.1, less the angle brackets of the path. */
const MAX_ADDRESS_LENGTH = 254
const MAX_LOCAL_LENGTH = 64
/** Dot-atoms (RFC 5322 §3.2.3): quoted local parts and domains in brackets are left out on purpose. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const DOMAIN =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/
const NAMED = /^(?<name>[^<>"]*)<(?<address>[^<>]*)>$/
const MAX_NAME_LENGTH = 100

/** Whether a text is one plain address in ASCII. */
export function isMailAddress(text: string): boolean {
  if (text.length > MAX_ADDRESS_LENGTH) return false
  const at = text.lastIndexOf('@')
  return (
    at > 0 &&
    at <= MAX_LOCAL_LENGTH &&
    LOCAL.test(text.slice(0, at)) &&
    DOMAIN.test(text.slice(at + 1))
  )
}

/** Reads `no-reply@example.org` or `Holdfast <no-reply@example.org>`; undefined when it is neither. */
export function parseMailbox(text: string): Mailbox | undefined {
  const { name = '', address = text } = NAMED.exec(text)?.groups ?? {}
  const trimmed = name.trim()
  const isGood =
    isMailAddress(address) && trimmed.length <= MAX_NAME_LENGTH && !/\p{Cc}/u.test(trimmed)
  return isGood ? Object.freeze({ name: trimmed, address }) : undefined
}

/** What comes after the @. */
export function domainOf({ address }: Mailbox): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
