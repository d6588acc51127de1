/** Passwords that everybody tries first, out of what leaks hold most often. */
import { dictionary } from '@zxcvbn-ts/language-common'

/**
 * Tens of thousands of them, in lower case. Digits and signs around an entry, and digits for letters in it, are seen through by
 * `password-policy.ts`.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(dictionary['passwords-common'])
