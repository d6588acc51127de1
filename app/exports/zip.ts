/** Packs files into one zip, as they come: whatever their sizes, no more than some pieces are in memory. */
import { PassThrough, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

/** A file in a zip. */
export interface ZipEntry {
  /** Its path there, with `/`. */
  readonly name: string
  /** True: it would not get smaller. */
  readonly isPacked: boolean
  /** Its bytes, asked for when its turn has come. */
  read(): Promise<Readable>
}

/**
 * The bytes of a zip with these files in it. It fails with what goes wrong with one of them; whoever destroys it closes the file that
 * is being read.
 */
export function zipOf(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile()
  const bytes = zip.outputStream.pipe(new PassThrough())
  const fail = (error: unknown): void =>
    void bytes.destroy(error instanceof Error ? error : undefined)
  zip.on('error', fail)
  // It may break before somebody reads it, who finds it broken then.
  bytes.on('error', () => undefined)
  fill(zip, bytes, entries).catch(fail)
  return bytes
}

/** One after the other: what the library has been given it keeps open, and it looks after no errors of it. */
async function fill(
  zip: ZipFile,
  bytes: Readable,
  entries: AsyncIterable<ZipEntry>,
): Promise<void> {
  for await (const { name, isPacked, read } of entries) {
    const file = await read()
    const close = (): void => void file.destroy()
    bytes.once('close', close)
    const end = finished(file)
    if (bytes.destroyed) close()
    else zip.addReadStream(file, name, { compress: !isPacked })
    await end
    bytes.off('close', close)
  }
  zip.end()
}
