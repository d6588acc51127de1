/** Makes what somebody joins a conversation by. */
import { randomBytes } from 'node:crypto'

const BYTES = 16

/** 128 random bits in base64url: nobody guesses it. */
export function newJoinCode(): string {
  return randomBytes(BYTES).toString('base64url')
}
