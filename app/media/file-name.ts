/** Makes a name that somebody gave a file one that can be shown and offered: it is told to others, and never the name of a file here. */
import { MAX_NAME_LENGTH } from '../resources/attachment.ts'

/** What a file without a name is called. */
const NAMELESS = 'file'

/** Control characters, those that turn the direction of text (so that `exe.jpg` hides `gpj.exe`), and those that no file system takes. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\/:*?"<>|]/gu

/** Names of devices of Windows, with any ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** The last part of a path, without what is dangerous in it; at most so long, its ending kept. Never empty. */
export function tidyFileName(text: string): string {
  const last = text.split(/[\\/]/).at(-1) ?? ''
  const shown = last.normalize('NFC').replaceAll(FORBIDDEN, '').replaceAll(/\s+/g, ' ')
  const bare = shown.replace(/^[. ]+/, '').replace(/[. ]+$/, '')
  const named = bare === '' ? NAMELESS : bare
  return shortened(DEVICE.test(named) ? `_${named}` : named)
}

function shortened(name: string): string {
  if ([...name].length <= MAX_NAME_LENGTH) return name
  const ending = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? ''
  return [...name].slice(0, MAX_NAME_LENGTH - ending.length).join('') + ending
}
