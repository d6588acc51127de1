/** Gives the focus back to what has opened a dialog or a popup. */

/** The tools of a message are hidden while the focus is elsewhere, also in a popup of theirs: what they are in is focused first. */
export function giveFocusBack(opener: Element | null): void {
  if (!(opener instanceof HTMLElement) || document.activeElement === opener) return
  opener.parentElement?.closest<HTMLElement>('[tabindex]')?.focus({ preventScroll: true })
  opener.focus({ preventScroll: true })
}
