/** That a job remembers its payload for who sends it and what runs it. Compiled, never run. */
import Type from 'typebox'
import { job, type Job, type JobSender } from '../../framework/index.ts'
import { same } from './same.ts'

declare const jobs: JobSender

const run = async (): Promise<void> => undefined
const note = job('note', {
  payload: Type.Object({ text: Type.String(), stars: Type.Optional(Type.Integer()) }),
  orderedBy: ({ text }) => text,
  async run(_payload) {
    same<typeof _payload, { text: string; stars?: number }>(true)
  },
})
same<typeof note, Job<'note', { text: string; stars?: number }>>(true)
void jobs.send(note, { text: 'a' })
// @ts-expect-error a member is of another type
void jobs.send(note, { text: 7 })
// @ts-expect-error a member is missing
void jobs.send(note, { stars: 7 })
// @ts-expect-error no such member
void jobs.send(note, { text: 'a', unheard: 7 })
// @ts-expect-error the transaction is that of the action
void jobs.send(note, { text: 'a' }, { transaction: {} })
// @ts-expect-error texts are what orders
job('wrong', { payload: Type.Object({ number: Type.Integer() }), orderedBy: (p) => p.number, run })

const bare = job('bare', { run })
void jobs.send(bare, {})

/** So that nothing above is unused. */
export const EXAMPLES = [note, bare]
