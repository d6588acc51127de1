/** One channel and who listens: takes committed changes in order, judges each once for all who see the same, and hands it on. */
import type { Registry } from '../resource/registry.ts'
import type { Audience, Demand, Member } from './audience.ts'
import { createAudiences, type Audiences } from './audiences.ts'
import type { ChangeBatch, Cursor } from './change.ts'
import type { Stream } from './channel.ts'
import { createJudgement, type Judgement, type JudgementParts, type Verdict } from './judgement.ts'

/** What a room is made of. */
export interface RoomParts extends Omit<JudgementParts, 'epoch'> {
  readonly registry: Registry
  /** Where the feed stands. */
  readonly feedAt: () => Cursor
}

/** One channel and who listens. */
export interface Room {
  readonly stream: Stream
  /** Up to here every change was handed to the members. */
  place(): Cursor
  /** Takes what was committed. What has to wait for the database holds up this room alone. */
  push(batch: ChangeBatch): void
  enter(member: Member, demand: Demand): Audience
  leave(member: Member, audience: Audience): void
  /** For a member that reads the log by itself. */
  judgement(epoch: string): Judgement
}

/** Changes that wait for the database at most; beyond it everybody reads anew. */
const MAX_WAITING = 10_000

/** Creates an empty room. */
export function createRoom(parts: RoomParts): Room {
  const { registry, stream, report, feedAt } = parts
  const audiences = createAudiences(registry, stream)
  let place = feedAt()
  let queue: ChangeBatch[] = []
  /** Whether the first batch of the queue waits for the database. */
  let isAsking = false
  const judgement = (epoch: string): Judgement => createJudgement({ ...parts, epoch })

  function beginAnew(at: Cursor): void {
    place = at
    for (const member of audiences.members()) member.beginAnew(at)
  }
  /** What can't be judged is not sent, and the clients are told. */
  function giveUp(batch: ChangeBatch, error: unknown): void {
    report(error)
    beginAnew(endOf(batch, place))
  }

  /** @returns false: the database has to be asked first */
  function deliver(batch: ChangeBatch, judged: Judgement): boolean {
    const verdicts = audiences.isEmpty() ? [] : judgeAll(batch, audiences, judged)
    if (judged.isMissing()) return false
    verdicts.forEach((told, index) => {
      const position = batch.changes[index]?.position ?? place.position
      place = Object.freeze({ epoch: batch.epoch, position })
      for (const one of told) tellAll(one, place)
    })
    place = endOf(batch, place)
    return true
  }

  /** Hands on what waits, in order, as far as it goes without the database. */
  function drain(): void {
    for (let batch = queue[0]; batch !== undefined && !isAsking; batch = queue[0]) {
      deliverOrWait(batch, judgement(batch.epoch))
    }
  }
  function deliverOrWait(batch: ChangeBatch, judged: Judgement): void {
    try {
      if (!deliver(batch, judged)) {
        isAsking = true
        void ask(batch, judged)
        return
      }
    } catch (error) {
      giveUp(batch, error)
    }
    queue.shift()
  }
  async function ask(batch: ChangeBatch, judged: Judgement): Promise<void> {
    const failures: unknown[] = []
    await judged.load().catch((error: unknown) => failures.push(error))
    isAsking = false
    // Who began anew meanwhile has forgotten the batch.
    if (queue[0] === batch && failures.length === 0) deliverOrWait(batch, judged)
    else if (queue[0] === batch) {
      queue.shift()
      giveUp(batch, failures[0])
    }
    drain()
  }

  return Object.freeze<Room>({
    stream,
    place: () => place,
    judgement,
    push(batch) {
      const isNewEpoch = (queue.at(-1)?.epoch ?? place.epoch) !== batch.epoch
      if (isNewEpoch || waitingCount(queue) > MAX_WAITING) {
        queue = []
        beginAnew(startOf(batch) ?? feedAt())
      }
      queue.push(batch)
      drain()
    },
    enter: audiences.enter,
    leave: audiences.leave,
  })
}

interface ToldAudience {
  readonly members: ReadonlySet<Member>
  readonly verdict: Verdict
}

/** For each change, what it is to those whom it may concern. */
function judgeAll(
  { changes }: ChangeBatch,
  audiences: Audiences,
  judged: Judgement,
): readonly (readonly ToldAudience[])[] {
  return changes.map((change) =>
    audiences
      .concerned(change)
      .map((one) => ({ members: one.members, verdict: judged.judge(change, one) })),
  )
}

function tellAll({ members, verdict }: ToldAudience, at: Cursor): void {
  if (verdict === undefined) return
  // Who is told leaves, or enters elsewhere: only events leave everybody where they are.
  if (typeof verdict === 'object') {
    for (const member of members) member.take(verdict.frame, verdict.cursor)
  } else if (verdict === 'resync') for (const member of [...members]) member.beginAnew(at)
  else for (const member of [...members]) member.lose()
}

function waitingCount(queue: readonly ChangeBatch[]): number {
  return queue.length === 0 ? 0 : queue.reduce((sum, { changes }) => sum + changes.length, 0)
}

function endOf({ epoch, changes }: ChangeBatch, place: Cursor): Cursor {
  const last = changes.at(-1)
  return last === undefined ? place : Object.freeze({ epoch, position: last.position })
}

/** Where nothing of the batch has been handed on; undefined: there is nothing in it. */
function startOf({ epoch, changes: [first] }: ChangeBatch): Cursor | undefined {
  return first && Object.freeze({ epoch, position: first.position - 1 })
}
