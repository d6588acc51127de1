/** The second factor of users: a code of an authenticator app, or a recovery code, besides the password. */
import Type from 'typebox'
import {
  ConflictError,
  ForbiddenError,
  InvalidError,
  newRecoveryCodes,
  newTotpSecret,
  NotFoundError,
  spendRecoveryCode,
  StaleError,
  UnauthenticatedError,
  verifyTotp,
  where,
  type Filter,
  type NewTotpSecret,
  type Passwords,
  type PlainStore,
  type RequestClient,
  type Secrets,
  type Transaction,
} from '../framework/index.ts'
import { verifyKnownPassword } from './known-password.ts'
import { all } from './resources/all.ts'
import type { secondFactor } from './resources/second-factor.ts'
import type { user } from './resources/user.ts'
import type { SecurityLog } from './security-log.ts'
import { nextTries, NO_TRIES } from './second-factor-tries.ts'
import { succeeds } from './succeeds.ts'

/** What somebody types: six digits of the app, or a recovery code. */
export const CODE = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'Six digits of the authenticator app, or a recovery code.',
  examples: ['123456'],
})

/** No code has it: each of the first one is later. */
const NO_STEP = 0

/** What shows that it is oneself. */
export interface Proof {
  readonly user: string
  readonly password: string
  readonly code: string
  /** Who is at the other end. */
  readonly client?: RequestClient | undefined
}

/** Whose second factor is taken away, and by whom. */
export interface Revocation {
  readonly user: string
  readonly actor: string
  /** Of the actor. */
  readonly password: string
  /** Who is at the other end. */
  readonly client?: RequestClient | undefined
}

/** Adds, asks and removes second factors. Each code is good once, however many bring it at the same moment. */
export interface SecondFactors {
  /**
   * Makes a secret that counts from when it is confirmed. Another that was begun, and not confirmed, is forgotten.
   * @throws InvalidError for a wrong password; ConflictError when there is a second factor already
   */
  begin(proof: Pick<Proof, 'user' | 'password'>): Promise<NewTotpSecret>
  /**
   * From now on logging in takes a code. Sessions that are open go on.
   * @returns the recovery codes, which are kept as digests only
   * @throws InvalidError for a code that is not one of the app; ConflictError when nothing was begun, or it is confirmed
   */
  confirm(proof: Omit<Proof, 'password'>): Promise<readonly string[]>
  /**
   * @throws InvalidError for a wrong password, and for a code that is not good; ConflictError when there is no second factor;
   * TooManyRequestsError when too many codes were tried
   */
  remove(proof: Proof): Promise<void>
  /**
   * Takes away the second factor of somebody who has lost it. Whether the actor may do that has been checked.
   * @throws InvalidError for a wrong password of the actor; ForbiddenError for its own; NotFoundError when there is none
   */
  revoke(revocation: Revocation): Promise<void>
  /**
   * Spends the code of who has a second factor. To be asked of who has brought the right password only.
   * @param proof.code undefined: none was brought
   * @returns false when the user has no second factor, so that no code was looked at
   * @throws UnauthenticatedError that points at `/code` when it is missing or not good; TooManyRequestsError when too many were tried
   */
  prove(
    proof: Pick<Proof, 'user' | 'client'> & { readonly code?: string | undefined },
  ): Promise<boolean>
}

/** What second factors need. */
export interface SecondFactorsOptions {
  readonly factors: PlainStore<typeof secondFactor>
  readonly users: PlainStore<typeof user>
  readonly passwords: Passwords
  readonly log: SecurityLog
  /** Who asks for the codes, as the app shows it. */
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A second factor as it was read. */
interface Factor extends Secrets<typeof secondFactor> {
  readonly confirmed: boolean
}

/** What is to be written so that a code is good no more. */
interface Spending {
  readonly change: Partial<Secrets<typeof secondFactor>>
  /** Undefined: it was a code of the app. */
  readonly codesLeft?: number
}

/** Makes second factors over their store. */
export function createSecondFactors(options: SecondFactorsOptions): SecondFactors {
  return Object.freeze<SecondFactors>({
    begin: (proof) => begin(options, proof),
    confirm: (proof) => confirm(options, proof),
    remove: (proof) => remove(options, proof),
    revoke: (revocation) => revoke(options, revocation),
    prove: (proof) => prove(options, proof),
  })
}

async function begin(
  options: SecondFactorsOptions,
  { user, password }: Pick<Proof, 'user' | 'password'>,
): Promise<NewTotpSecret> {
  const { factors, issuer } = options
  const { item: owner } = await verifyKnownPassword(options, { user, password })
  const made = newTotpSecret({ issuer, account: owner.username })
  const { secret } = made
  const item = { secret, confirmed: false, last_step: NO_STEP, recovery_digests: [], ...NO_TRIES }
  const precondition = where(all, 'second_factor', (row) => row.confirmed.eq(false))
  const write =
    (await factors.read(user)) === undefined
      ? factors.create({ user_id: user, ...item })
      : factors.update(user, item, { precondition })
  await write.catch((cause: unknown) => {
    if (!(cause instanceof StaleError || cause instanceof ConflictError)) throw cause
    throw new ConflictError('There is a second factor already. Remove it first.', { cause })
  })
  return made
}

async function confirm(
  { factors, log, now }: SecondFactorsOptions,
  { user, code, client }: Omit<Proof, 'password'>,
): Promise<readonly string[]> {
  const factor = await read(factors, user)
  if (factor === undefined || factor.confirmed) {
    throw new ConflictError('There is no second factor to confirm. Begin with one.')
  }
  const last_step = verifyTotp(code, { secret: factor.secret, now: now(), lastStep: undefined })
  if (last_step === undefined) throw wrongCode()
  const { codes, digests } = newRecoveryCodes()
  const item = { confirmed: true, last_step, recovery_digests: [...digests] }
  const isWritten = await succeeds(
    factors.transactions.transaction(async (transaction) => {
      await factors.update(user, item, { precondition: isStill(factor), transaction })
      const event = { actor: user, subject: user, address: client?.address }
      await log.record({ kind: 'second_factor_added', ...event }, transaction)
    }),
  )
  if (!isWritten) throw wrongCode()
  return codes
}

async function remove(options: SecondFactorsOptions, proof: Proof): Promise<void> {
  const { factors, log } = options
  const { user, client } = proof
  await verifyKnownPassword(options, proof)
  const factor = await read(factors, user)
  if (!factor?.confirmed) throw new ConflictError('There is no second factor.')
  const isRemoved = await spend(options, { ...proof, factor }, async (_spending, transaction) => {
    await factors.delete(user, { precondition: isStill(factor), transaction })
    const event = { actor: user, subject: user, address: client?.address }
    await log.record({ kind: 'second_factor_removed', ...event }, transaction)
  })
  if (!isRemoved) throw wrongCode()
}

async function revoke(
  options: SecondFactorsOptions,
  { user, actor, password, client }: Revocation,
): Promise<void> {
  const { factors, log } = options
  await verifyKnownPassword(options, { user: actor, password })
  if (actor === user) throw new ForbiddenError('Remove your own by second_factor_remove.')
  const precondition = where(all, 'second_factor', (row) => row.confirmed.eq(true))
  const isRevoked = await succeeds(
    factors.transactions.transaction(async (transaction) => {
      await factors.delete(user, { precondition, transaction })
      const event = { actor, subject: user, address: client?.address }
      await log.record({ kind: 'second_factor_removed', ...event }, transaction)
    }),
  )
  if (!isRevoked) throw new NotFoundError('This user has no second factor.')
}

async function prove(
  options: SecondFactorsOptions,
  { user, code, client }: Parameters<SecondFactors['prove']>[0],
): Promise<boolean> {
  const { factors, log } = options
  const factor = await read(factors, user)
  if (!factor?.confirmed) return false
  if (code === undefined) throw refusal('A code of the second factor is needed too.')
  const proof = { user, code, client, factor }
  const isSpent = await spend(options, proof, async ({ change, codesLeft }, transaction) => {
    const item = { ...change, ...NO_TRIES }
    await factors.update(user, item, { precondition: isStill(factor), transaction })
    if (codesLeft === undefined) return
    const event = { actor: user, subject: user, address: client?.address }
    const detail = `${String(codesLeft)} recovery codes are left.`
    await log.record({ kind: 'recovery_code_used', ...event, detail }, transaction)
  })
  if (!isSpent) throw refusal('The code of the second factor is not good.')
  return true
}

/**
 * @returns false, and writes it down, when the code is not good, or somebody else has tried or spent one at the same moment
 * @throws TooManyRequestsError when too many were tried
 */
async function spend(
  { factors, log, now }: SecondFactorsOptions,
  { user, code, client, factor }: Omit<Proof, 'password'> & { readonly factor: Factor },
  write: (spending: Spending, transaction: Transaction) => Promise<void>,
): Promise<boolean> {
  const tries = nextTries(factor, now())
  const isFirst = where(all, 'second_factor', (row) => row.failures.eq(factor.failures))
  const isCounted = await succeeds(factors.update(user, tries, { precondition: isFirst }))
  const spending = isCounted ? spendingOf(code, factor, now()) : undefined
  const { transactions } = factors
  const isSpent =
    spending !== undefined &&
    (await succeeds(transactions.transaction((transaction) => write(spending, transaction))))
  if (!isSpent) await log.recordFailure(user, client, 'second_factor_failed')
  return isSpent
}

function spendingOf(code: string, factor: Factor, now: number): Spending | undefined {
  const { secret, last_step: lastStep, recovery_digests: digests } = factor
  const last_step = verifyTotp(code, { secret, now, lastStep })
  if (last_step !== undefined) return { change: { last_step } }
  const left = spendRecoveryCode(code, digests)
  return left && { change: { recovery_digests: [...left] }, codesLeft: left.length }
}

async function read(
  factors: SecondFactorsOptions['factors'],
  user: string,
): Promise<Factor | undefined> {
  const found = await factors.read(user)
  const secrets = found && (await factors.unsafeReadSecrets(user))
  return secrets && { ...secrets, confirmed: found.item.confirmed }
}

/** A row whose codes are those that were read: of several that spend one at the same moment, one finds it so. */
function isStill(factor: Factor): Filter {
  return where(all, 'second_factor', (row) =>
    row.confirmed
      .eq(factor.confirmed)
      .and(row.secret.eq(factor.secret))
      .and(row.last_step.eq(factor.last_step))
      .and(row.recovery_digests.eq(factor.recovery_digests)),
  )
}

function wrongCode(): InvalidError {
  return new InvalidError([{ pointer: '/code', detail: 'is not good' }])
}

/** For who is not logged in yet. A client tells by the pointer that the password was right. */
function refusal(message: string): UnauthenticatedError {
  return new UnauthenticatedError(message, { faults: [{ pointer: '/code', detail: message }] })
}
