/** The path of a request, for problems: the query may hold what is nobody else's business. */

/** RFC 3986 §3.3, after scheme and host of an absolute URL (RFC 9112 §3.2.2). */
const TARGET = /^(?:https?:\/\/[^/?#]*)?(\/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*)(?:[?#]|$)/i

/** The path of a request target, without query. Undefined: it is none that a URI may have. */
export function pathOf(target: string): string | undefined {
  const path = TARGET.exec(target)?.[1]
  return path?.startsWith('//') === true ? undefined : path
}
