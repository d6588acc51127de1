/** Reads zips with another reader than the library that writes ours. */
import { ZipBuffer } from 'node:zlib'

/** Every file of a zip by its path. Fails for one whose sums are not right. */
export async function unzip(bytes: Uint8Array): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const [name, entry] of new ZipBuffer(bytes)) {
    files.set(name, await entry.content({ verify: true }))
  }
  return files
}

/** The lines of a file of JSON. */
export function rowsOf(file: Buffer | undefined): readonly Readonly<Record<string, unknown>>[] {
  const lines = (file?.toString() ?? '').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}
