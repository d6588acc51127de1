/** Tests media.ts: nothing is opened before it is asked for, and what failed is tried again. */
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import t from 'tap'
import { readConfig } from '../../../app/config.ts'
import { openMedia } from '../../../app/media/media.ts'
import { all } from '../../../app/resources/all.ts'
import { openTestStores } from '../../kit/stores.ts'

t.test('a place for media is made when it is asked for', async (t) => {
  const { store } = await openTestStores(t, all)
  const dataDir = t.testdir()
  const media = openMedia({ ...readConfig({}), dataDir }, store('attachment'))
  t.notOk(existsSync(`${dataDir}/media`))
  await writeFile(`${dataDir}/media`, 'in the way')
  await t.rejects(media.storage(), { name: 'DeclarationError' })
  await rm(`${dataDir}/media`)
  t.equal(await media.storage(), await media.storage())
  t.ok(existsSync(`${dataDir}/media`))
  await media.close()
})
