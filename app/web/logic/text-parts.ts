/** Splits what a person wrote into plain text, links and mentions: values for the page to show, never HTML. */

/** A piece of a text. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'mention'; readonly text: string; readonly username: string }

const URL_TEXT = String.raw`https?://[^\s<>"'\u0060]+`
const MAIL = String.raw`(?:mailto:)?[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+`
const MENTION = String.raw`(?<![\w@./-])@[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?`
const SPECIAL = new RegExp(`(${URL_TEXT})|(${MAIL})|(${MENTION})`, 'gi')
/** Nothing else is ever a link: `javascript:` and its like stay text. */
const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

/** Splits a text; joined, the parts are the text again. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(SPECIAL)) {
    const part = specialPart(match)
    if (part === undefined) continue
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) })
    parts.push(part)
    end = match.index + part.text.length
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}

function specialPart([found, url, mail, mention]: RegExpExecArray): TextPart | undefined {
  if (mention !== undefined) {
    return { kind: 'mention', text: found, username: mention.slice(1).toLowerCase() }
  }
  const text = withoutTail(url ?? mail ?? '')
  const href = mail === undefined || /^mailto:/i.test(text) ? text : `mailto:${text}`
  const parsed = URL.parse(href)
  if (parsed === null || !PROTOCOLS.has(parsed.protocol)) return undefined
  return { kind: 'link', text, href: parsed.href }
}

/** What ends a sentence, and a bracket that was opened before the link, belong to the text around it. */
function withoutTail(link: string): string {
  let text = link.replace(/[.,;:!?…'")\]}»”]+$/u, (tail) => keptTail(link, tail))
  text = text.replace(/[.,;:!?…]+$/u, '')
  return text
}

function keptTail(link: string, tail: string): string {
  const opened = count(link, '(')
  const closed = count(link.slice(0, link.length - tail.length), ')')
  return tail.startsWith(')') && opened > closed ? ')' : ''
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}

/** Whether a text names somebody. */
export function mentions(text: string, username: string): boolean {
  return textParts(text).some((part) => part.kind === 'mention' && part.username === username)
}
