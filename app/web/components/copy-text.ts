/** Copies words for a person. */
import type { Page } from '../state/page.ts'

/** Copies them, and tells whether it went well. */
export async function copyText(words: string, { text, toasts }: Page): Promise<void> {
  try {
    // It may be refused; and there is no clipboard at all where the browser takes the connection for unsafe.
    await navigator.clipboard.writeText(words)
    toasts.tell(text('action.copied'))
  } catch {
    toasts.tell(text('action.notCopied'), true)
  }
}
