/** What a client is told by the code with which its socket is closed, for documents and pages. */
import { CLOSE_CODES } from './socket-limits.ts'

const MEANING_OF_OURS: Readonly<Record<keyof typeof CLOSE_CODES, string>> = Object.freeze({
  restart: 'The server restarts: connect again, and resume with the last cursor.',
  unauthenticated: 'The token has ended or was revoked: log in before you connect again.',
  tooFast: 'Too many frames: send fewer before you connect again.',
  slow: 'Frames were read too slowly: connect again, and resume with the last cursor.',
})

/** Codes of RFC 6455 §7.4.1 that the server or the browser gives. */
const MEANING_OF_STANDARD: Readonly<Record<string, string>> = Object.freeze({
  1000: 'Closed as asked.',
  1001: 'The page or the server goes away.',
  1002: 'What was sent is no WebSocket frame.',
  1003: 'What was sent can’t be taken.',
  1005: 'Closed without a code.',
  1006: 'Cut without a goodbye, or refused before it opened: connect again, and resume with the last cursor.',
  1007: 'What was sent as text is no UTF-8.',
  1009: 'A frame was too large.',
})

/** The meaning of each code. */
export const CLOSE_MEANINGS: Readonly<Record<string, string>> = Object.freeze({
  ...MEANING_OF_STANDARD,
  ...Object.fromEntries(
    Object.entries(MEANING_OF_OURS).map(([name, meaning]) => [
      CLOSE_CODES[name as keyof typeof CLOSE_CODES], // the table has these names alone
      meaning,
    ]),
  ),
})
