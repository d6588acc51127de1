/** A dialog over everything, as long as the component is there that shows it. */
import { onBeforeUnmount, onMounted, type ShallowRef } from 'vue'
import { giveFocusBack } from './give-focus-back.ts'

/** Opens the dialog with the component, and closes it with it. */
export function useModal(box: Readonly<ShallowRef<HTMLDialogElement | null>>): void {
  const opener = document.activeElement
  onMounted(() => box.value?.showModal())
  onBeforeUnmount(() => {
    // Nothing else can have the focus before. That it is closed is told when the component is no more, and says nothing.
    box.value?.close()
    giveFocusBack(opener)
  })
}
