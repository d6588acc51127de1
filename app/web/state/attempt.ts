/** What a form tries: busy while it does, and why it failed. */
import { ref, type Ref } from 'vue'

/** One form. */
export interface Attempt {
  readonly isBusy: Readonly<Ref<boolean>>
  /** Empty when nothing has failed. */
  readonly fault: Readonly<Ref<string>>
  /** Does it. What it throws becomes the fault. */
  attempt(act: () => Promise<void>): Promise<void>
}

/** Nothing is tried yet. @param explain says in the reader's words what failed */
export function useAttempt(explain: (error: unknown) => string): Attempt {
  const isBusy = ref(false)
  const fault = ref('')
  return {
    isBusy,
    fault,
    async attempt(act) {
      isBusy.value = true
      fault.value = ''
      try {
        await act()
      } catch (error) {
        fault.value = explain(error)
      } finally {
        isBusy.value = false
      }
    },
  }
}
