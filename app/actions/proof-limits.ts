/** How often who is logged in may prove once more to be itself. */
import { perAddress, perCaller } from '../../framework/index.ts'

/** For each action that asks for a password or a code: whoever has found a device that is logged in must find neither by trying. */
export const PROOF_LIMITS = Object.freeze([
  perAddress({ count: 60, seconds: 300 }),
  perCaller({ count: 10, seconds: 900 }),
])
