/** Keeps what somebody reads where it is, whatever comes above and below, and however late it is known how high that is. */
import type { ShallowRef } from 'vue'

/** The place of who reads. */
export interface ThreadPlace {
  elementOf(key: string): HTMLElement | null
  toEnd(): void
  /** Takes the place for what it is now. */
  note(): void
  /** Brings back what has moved since. */
  restore(): void
  /** Shows a message in the middle, where it stays. */
  center(element: HTMLElement): void
}

/** A message, and how far down it is. */
interface Place {
  readonly key: string
  readonly top: number
}

/** Makes it for messages that have their keys as `data-key`. @param isAtEnd of who is there nothing else is kept */
export function createThreadPlace(
  scroller: Readonly<ShallowRef<HTMLElement | null>>,
  isAtEnd: () => boolean,
): ThreadPlace {
  let place: Place | undefined

  function elementOf(key: string): HTMLElement | null {
    return scroller.value?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null
  }

  /** How far that has moved which the place is known by. */
  function movedBy(): number | undefined {
    const element = place === undefined ? null : elementOf(place.key)
    return element === null ? undefined : element.getBoundingClientRect().top - (place?.top ?? 0)
  }

  function toEnd(): void {
    const box = scroller.value
    if (box !== null) box.scrollTop = box.scrollHeight
  }

  return {
    elementOf,
    toEnd,
    note() {
      // What stands where it stood stays what the place is known by, whoever has scrolled.
      const isStill = Math.abs(movedBy() ?? Infinity) < 1
      if (isAtEnd()) place = undefined
      else if (!isStill) place = placeIn(scroller.value)
    },
    restore() {
      if (isAtEnd()) toEnd()
      else if (scroller.value !== null) scroller.value.scrollTop += movedBy() ?? 0
    },
    center(element) {
      element.scrollIntoView({ block: 'center' })
      place = placeOf(element)
    },
  }
}

function placeOf(element: HTMLElement): Place {
  return { key: element.dataset['key'] ?? '', top: element.getBoundingClientRect().top }
}

/** The first message that begins within what is seen, or else the one that fills it. */
function placeIn(box: HTMLElement | null): Place | undefined {
  const seen = box?.getBoundingClientRect()
  if (box === null || seen === undefined) return undefined
  let partial: HTMLElement | undefined
  for (const element of box.querySelectorAll<HTMLElement>('[data-key]')) {
    const { top, bottom } = element.getBoundingClientRect()
    if (bottom <= seen.top) continue
    if (top >= seen.top) return placeOf(top >= seen.bottom && partial ? partial : element)
    partial = element
  }
  return partial && placeOf(partial)
}
