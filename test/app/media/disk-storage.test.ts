/** Tests disk-storage.ts by the contract of storages, on a real folder. */
import { readdir, writeFile } from 'node:fs/promises'
import t from 'tap'
import { createDiskStorage } from '../../../app/media/disk-storage.ts'
import { testMediaStorage } from '../../contracts/media-storage.ts'

t.test('a folder keeps media', (t) =>
  testMediaStorage(t, () => createDiskStorage(`${t.testdir()}/deep/media`)),
)

t.test('what else is in the folder is left alone', async (t) => {
  const folder = t.testdir({ 'readme.txt': 'Not ours.' })
  const storage = createDiskStorage(folder)
  await writeFile(`${folder}/0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01`, 'x')
  t.equal((await Array.fromAsync(storage.list())).length, 1)
  await storage.remove('0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01')
  t.same(await readdir(folder), ['readme.txt'])
})

t.test('a place that takes none is told at once', async (t) => {
  const folder = t.testdir({ file: '' })
  t.throws(() => createDiskStorage(`${folder}/file`), { name: 'DeclarationError' })
})
