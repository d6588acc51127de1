/** The last frames of the socket, for the development panel. */

/** A frame that went or came. */
export interface LoggedFrame {
  readonly number: number
  readonly direction: 'sent' | 'received'
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly type: string
  readonly text: string
}

/** Most frames that are kept. */
export const MAX_FRAMES = 300

/** Adds a frame, the newest first. What proves who somebody is is not shown. */
export function withFrame(
  log: readonly LoggedFrame[],
  { direction, at, text }: Pick<LoggedFrame, 'direction' | 'at' | 'text'>,
): readonly LoggedFrame[] {
  const type = /"type":"(\w+)"/.exec(text)?.[1] ?? '?'
  const shown = text.replace(/("(?:token|access_token|refresh_token|password)":")[^"]*/g, '$1…')
  const number = (log[0]?.number ?? 0) + 1
  return [{ number, direction, at, type, text: shown }, ...log.slice(0, MAX_FRAMES - 1)]
}
