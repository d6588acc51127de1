/** Keeps media in a folder of this machine. */
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { makeDataFolder, NotFoundError } from '../../framework/index.ts'
import { idOfName, type MediaName, type MediaPart, type MediaStorage } from './media-storage.ts'

/** What files are called behind the id of what they are of. */
const SUFFIXES: Readonly<Record<MediaPart, string>> = Object.freeze({
  upload: '',
  image: '.image',
  thumbnail: '.thumbnail',
  export: '.zip',
})
/** Beside an upload: what is known of it. The library names it so. */
const KNOWN_OF_UPLOAD = '.json'
/** Not whole yet. */
const UNFINISHED = '.new'

/** Only the user of this process reads them. */
const FILE_MODE = 0o600

/** @param folder made where there is none. @throws DeclarationError when it can't be */
export function createDiskStorage(folder: string): MediaStorage {
  makeDataFolder(folder)
  const pathOf = ({ id, part }: MediaName): string => join(folder, id + SUFFIXES[part])
  const removeUpload = async (id: string): Promise<void> => {
    await rm(join(folder, id), { force: true })
    await rm(join(folder, id + KNOWN_OF_UPLOAD), { force: true })
  }
  return Object.freeze<MediaStorage>({
    uploads: new FileStore({ directory: folder }),
    async write(name, bytes) {
      const path = pathOf(name)
      const file = await open(path + UNFINISHED, 'w', FILE_MODE)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(path + UNFINISHED, path)
    },
    async byteCount(name) {
      return (await statOf(pathOf(name)))?.size
    },
    async read(name, range): Promise<Readable> {
      const path = pathOf(name)
      // Opened before it is answered, so that what is not there is told and no answer breaks off.
      const file = await open(path, 'r').catch((error: unknown) => {
        throw isAbsent(error) ? new NotFoundError(undefined, { cause: error }) : error
      })
      return createReadStream(path, { ...range, fd: file })
    },
    async keepUpload(id) {
      const file = await open(join(folder, id), 'r+')
      try {
        await file.sync()
      } finally {
        await file.close()
      }
    },
    async settle() {},
    removeUpload,
    async remove(id) {
      await removeUpload(id)
      for (const part of ['image', 'thumbnail', 'export'] as const) {
        await rm(pathOf({ id, part }), { force: true })
        await rm(pathOf({ id, part }) + UNFINISHED, { force: true })
      }
    },
    async *list() {
      for (const name of await readdir(folder)) {
        const id = idOfName(name)
        const found = id === undefined ? undefined : await statOf(join(folder, name))
        if (id !== undefined && found !== undefined) yield { id, changedAtMs: found.mtimeMs }
      }
    },
    close() {},
  })
}

async function statOf(path: string) {
  return stat(path).catch((error: unknown) => {
    if (isAbsent(error)) return undefined
    throw error
  })
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
