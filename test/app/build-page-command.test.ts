/** Tests build-page-command.ts. */
import t from 'tap'
import { buildPage } from '../../app/build-page.ts'
import { startProcess } from '../kit/messenger-process.ts'

t.test('the command says nothing when nothing has changed', async (t) => {
  await buildPage()
  const command = [process.execPath, 'app/build-page-command.ts', '--if-changed']
  t.match(await startProcess(t, {}, command).ended, { code: 0, stdout: '', stderr: '' })
})
