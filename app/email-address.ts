/** E-mail addresses as they are kept. */

/** In lower case, so that an address is found however somebody types it. */
export function tidyEmailAddress(address: string): string {
  return address.toLowerCase()
}
