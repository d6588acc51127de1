/** Keeps the focus near when what has it goes away: who uses keys alone would begin anew at the top of the page. */
import { onBeforeUpdate, onUpdated, type ShallowRef } from 'vue'

/**
 * Gives the focus to something else within the element, when the component that shows it takes away what has the focus.
 * @param heirOf asked before, tells afterwards what gets it; otherwise it is the first control
 */
export function keepFocus(
  box: Readonly<ShallowRef<HTMLElement | null>>,
  heirOf: (focused: Element) => () => HTMLElement | null = () => () => null,
): void {
  let heir: (() => HTMLElement | null) | undefined

  onBeforeUpdate(() => {
    const { activeElement } = document
    const isHere = activeElement !== null && box.value?.contains(activeElement) === true
    heir = isHere ? heirOf(activeElement) : undefined
  })
  onUpdated(() => {
    if (heir !== undefined && document.activeElement === document.body) {
      const next = heir() ?? box.value?.querySelector<HTMLElement>('button, a, input')
      next?.focus({ preventScroll: true })
    }
    heir = undefined
  })
}
