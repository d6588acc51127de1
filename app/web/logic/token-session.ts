/** Which session an access token is of, as the token itself says: to mark it in a list, never to decide anything. */

/** The id of the session; empty when the token is none that says so. */
export function sessionOfToken(token: string): string {
  try {
    const [, claims = ''] = token.split('.')
    const text = atob(claims.replaceAll('-', '+').replaceAll('_', '/'))
    const { sid } = JSON.parse(text) as { readonly sid?: unknown }
    return typeof sid === 'string' ? sid : ''
  } catch {
    return ''
  }
}
