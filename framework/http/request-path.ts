/** The path of a request, for problems and logs: queries may hold what is nobody else's business. */

/** The path of a request target, without query; that of an absolute URL too (RFC 9112 §3.2.2). Undefined: it is no path. */
export function pathOf(target: string): string | undefined {
  const path = /^(?:https?:\/\/[^/?#]*)?(\/[^?#]*)/i.exec(target)?.[1]
  return path !== undefined && URL.canParse(path, 'http://localhost') ? path : undefined
}
