/** What is told while a modal dialog is open is shown within it: nothing else can be seen, heard or clicked then. */
import { onMounted, onUnmounted, useId } from 'vue'
import { usePage } from '../state/page.ts'

/** Counts the component that asks among the open dialogs. @returns the name of its `ToastList` */
export function useDialogToasts(): string {
  const { dialogs } = usePage().toasts
  const name = useId()
  onMounted(() => (dialogs.value = [...dialogs.value, name]))
  onUnmounted(() => (dialogs.value = dialogs.value.filter((one) => one !== name)))
  return name
}
