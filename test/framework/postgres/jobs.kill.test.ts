/** That a job whose process is killed in the middle is done again, and one whose process ends is handed over at once. */
import t, { type Test } from 'tap'
import { prepareHome, startProcess, type ProcessEnv } from '../../kit/messenger-process.ts'

const PROGRAM = [process.execPath, 'test/kit/jobs-process.ts']
const TRY = /^hanging once (\S+) (\d)$/

/** Starts a process, and waits until it does the job. @returns the job's id, and which try it is */
async function startUntilTried(t: Test, home: ProcessEnv) {
  const started = startProcess(t, home, PROGRAM)
  const lines = await started.output.until((all) => all.some((line) => TRY.test(line)))
  const [, id, attempt] = TRY.exec(lines.find((line) => TRY.test(line)) ?? '') ?? []
  return { ...started, tried: `${id ?? ''} ${attempt ?? ''}`, lines }
}

t.test('a job whose process is killed runs again', async (t) => {
  const home = await prepareHome(t)
  const first = await startUntilTried(t, home)
  t.ok(first.lines.includes('sent'))
  first.child.kill('SIGKILL')
  await first.ended
  const second = await startUntilTried(t, home)
  t.notOk(second.lines.includes('sent'), 'it was sent before')
  t.equal(second.tried, first.tried.replace(/1$/, '2'), 'the same job, at its second try')
  second.child.kill('SIGTERM')
  t.match(await second.ended, { code: 0, stderr: '' })
})

t.test('a job whose process ends is handed back, with no try lost', async (t) => {
  const home = await prepareHome(t)
  const first = await startUntilTried(t, home)
  first.child.kill('SIGTERM')
  t.match(await first.ended, { code: 0, stderr: '' })
  const second = await startUntilTried(t, home)
  t.equal(second.tried, first.tried)
})
