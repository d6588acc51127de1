/** The title of the tab: with a count while there is something to read. */

/** `(3) Holdfast` */
export function pageTitle(name: string, unread: number): string {
  if (unread === 0) return name
  return `(${unread > 99 ? '99+' : String(unread)}) ${name}`
}
