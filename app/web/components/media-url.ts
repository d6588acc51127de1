/** Where files are. Browsers bring a cookie along. */

/** The file itself. */
export function mediaUrl(id: string): string {
  return `/media/${encodeURIComponent(id)}`
}

/** A small picture of it. */
export function thumbnailUrl(id: string): string {
  return `${mediaUrl(id)}/thumbnail`
}

/** An export of what is kept of oneself. */
export function exportUrl(id: string): string {
  return `/exports/${encodeURIComponent(id)}`
}
