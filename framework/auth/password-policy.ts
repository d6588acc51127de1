/**
 * Says what is wrong with a password that somebody wants to take: its length, and how soon it would
 * be guessed.
 */
import type { Fault } from '../errors.ts'
import { COMMON_PASSWORDS } from './common-passwords.ts'
import {
  codePoints,
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
  normalizedPassword,
} from './normalized-password.ts'

/** A password of fewer different characters is a rhythm, not a secret. */
const MIN_DIFFERENT_CHARACTERS = 4
/** As many repeat in `abcdabcd`. */
const MAX_REPEATED_PIECE = 4

/** Up to a date's worth of digits and signs makes no common word uncommon. */
const LEADING_DECORATION = /^[^\p{L}]{1,8}/u
const TRAILING_DECORATION = /[^\p{L}]{1,8}$/u

const DIGITS_FOR_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({ '0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }),
)

/**
 * Rows and columns of keyboards, the alphabet and the digits: a password that is a part of one,
 * either way round, is plain.
 */
const LINES = [
  '0123456789'.repeat(4),
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  '!@#$%^&*()_+',
].flatMap((line) => [line, reversed(line)])

/** Who wants the password, and where the caller put it. */
export interface PasswordContext {
  readonly username: string
  /** Words that suggest themselves here and nowhere else, such as the name of the service (NIST SP 800-63B-4 §3.1.1.2). */
  readonly serviceWords?: readonly string[]
  /** The JSON pointer of the password in the input; default `/password`. */
  readonly pointer?: string
}

/**
 * Checks a password somebody chooses: 8 to 256 code points after NFKC, not one that is tried first,
 * not the user name. There is no rule on kinds of characters (NIST SP 800-63B-4 §3.1.1.2). It answers
 * no faults, or one; none holds the password.
 */
export function checkPassword(password: string, context: PasswordContext): readonly Fault[] {
  const detail = faultOf(password, context)
  return detail === undefined ? [] : [{ pointer: context.pointer ?? '/password', detail }]
}

function faultOf(
  password: string,
  { username, serviceWords = [] }: PasswordContext,
): string | undefined {
  if (!password.isWellFormed()) return 'must be well-formed text'
  const normalized = normalizedPassword(password)
  if (normalized === undefined && password !== '') {
    return `must have at most ${MAX_PASSWORD_LENGTH} characters`
  }
  if (normalized === undefined || codePoints(normalized) < MIN_PASSWORD_LENGTH) {
    return `must have at least ${MIN_PASSWORD_LENGTH} characters`
  }
  const guesses = plainForms(normalized)
  const names = plainForms(username.normalize('NFKC'))
  if (guesses.some((guess) => names.includes(guess))) return 'must not be the user name'
  const isTaken = (guess: string): boolean =>
    COMMON_PASSWORDS.has(guess) || serviceWords.includes(guess)
  const isPlain = guesses.some(isTaken) || isPattern(guesses[0])
  return isPlain ? 'must not be a password that many people use' : undefined
}

/**
 * A text in lower case and backwards, then without what people put around a word, and with letters
 * for the digits in it. The text itself comes first; nothing but signs leaves no form.
 */
function plainForms(text: string): readonly [string, ...string[]] {
  const plain = text.toLowerCase()
  const trimmed = plain.replace(TRAILING_DECORATION, '')
  const forms = [trimmed, trimmed.replace(LEADING_DECORATION, '')].filter((form) => form !== '')
  const spelled = [plain, ...forms].flatMap((form) => [toLetters(form, 'i'), toLetters(form, 'l')])
  return [plain, reversed(plain), ...forms, ...spelled]
}

/** A 1 is read as an i or as an l. */
function toLetters(text: string, one: 'i' | 'l'): string {
  return Array.from(text, (character) =>
    character === '1' ? one : (DIGITS_FOR_LETTERS.get(character) ?? character),
  ).join('')
}

function isPattern(password: string): boolean {
  return (
    new Set(password).size < MIN_DIFFERENT_CHARACTERS ||
    isRepeatedPiece(password) ||
    LINES.some((line) => line.includes(password))
  )
}

function isRepeatedPiece(password: string): boolean {
  for (let length = 1; length <= MAX_REPEATED_PIECE; length++) {
    const repeated = password.slice(0, length).repeat(Math.ceil(password.length / length))
    if (repeated.startsWith(password)) return true
  }
  return false
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('')
}
