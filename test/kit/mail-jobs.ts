/** For tests of jobs that mail: what was sent, and which changes set a job off. */
import type { Mail } from '../../app/mail/mail.ts'
import type { Post } from '../../app/mail/post.ts'
import { createLetters } from '../../app/mail/templates.ts'
import type { AnyJob, Change } from '../../framework/index.ts'

/** A post that sends nothing, and keeps it. */
export function collectingPost(): { readonly sent: Mail[]; readonly post: Post } {
  const sent: Mail[] = []
  const letters = createLetters('https://chat.example.org')
  return { sent, post: { letters, send: async (mail) => void sent.push(mail) } }
}

/** Whether each trigger of a job lets a change set it off, in their order. */
export function setOffBy(
  { triggers }: Pick<AnyJob, 'triggers'>,
  change: Pick<Change, 'resource' | 'operation' | 'before' | 'after'>,
): readonly boolean[] {
  return triggers.map(
    (trigger) => 'condition' in trigger && trigger.condition({ ...change, position: 1, key: 'a' }),
  )
}
