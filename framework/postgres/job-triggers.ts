/** Sends the jobs that changes set off, from the log: each change once, whoever made it and in whatever batch. */
import {
  toChangePayload,
  type AnyJob,
  type ConditionalTrigger,
  type JobSender,
  type JobTransactionOptions,
} from '../action/job.ts'
import type { ChangeTrigger } from '../event/change-trigger.ts'
import type { Registry } from '../resource/registry.ts'
import type { Consumer } from './consumer.ts'
import type { DurableReader } from './open-stores.ts'

/** A job, and one of the changes that set it off. */
export interface TriggeredJob {
  readonly job: AnyJob
  readonly trigger: ChangeTrigger | ConditionalTrigger
}

/** @throws DeclarationError when a trigger waits for a resource that was not gathered */
export function triggeredJobs(
  registry: Registry,
  jobs: readonly AnyJob[],
): readonly TriggeredJob[] {
  const triggered = jobs.flatMap((job) =>
    job.triggers.flatMap((trigger) => (trigger.kind === 'change' ? [{ job, trigger }] : [])),
  )
  for (const { trigger } of triggered) registry.resource(trigger.resource)
  return triggered
}

/** Begins to send. Each is sent in the transaction that keeps the reader's place, so none is lost and none comes twice. */
export function startJobTrigger(
  { job, trigger }: TriggeredJob,
  consume: (reader: DurableReader) => Promise<Consumer>,
  jobs: JobSender<JobTransactionOptions>,
): Promise<Consumer> {
  const { resource, operation } = trigger
  const isMet = 'condition' in trigger ? trigger.condition : (): boolean => true
  return consume({
    name: `job ${job.name} after ${operation} of ${resource}`,
    isWanted: (change) =>
      change.resource === resource && change.operation === operation && isMet(change),
    async handle(change, transaction) {
      await jobs.send(job, toChangePayload(change), { transaction })
    },
  })
}
