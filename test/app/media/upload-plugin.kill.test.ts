/** Kills a messenger in the middle of an upload: it goes on from what had come. Its memory does not grow with what is uploaded. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import t from 'tap'
import { prepareHome, startMessenger } from '../../kit/messenger-process.ts'
import { keyOf, uploaderAt } from '../../kit/uploads.ts'

const TUS = { 'tus-resumable': '1.0.0' }
const MEGABYTE = 1_048_576

t.test('an upload goes on after its process was killed', async (t) => {
  const home = await prepareHome(t)
  const first = await startMessenger(t, home)
  const token = await first.login()
  const before = uploaderAt(first.url, token)
  const bytes = randomBytes(8 * MEGABYTE)
  const path = await before.begin(bytes.length)
  t.equal((await before.append(path, 0, bytes.subarray(0, MEGABYTE))).status, 204)
  const sent = request(`${first.url}${path}`, {
    method: 'PATCH',
    headers: {
      ...TUS,
      authorization: `Bearer ${token}`,
      'upload-offset': String(MEGABYTE),
      'content-type': 'application/offset+octet-stream',
      'content-length': String(7 * MEGABYTE),
    },
  })
  sent.on('error', () => undefined)
  const broken = new Promise((resolve) => sent.on('close', resolve))
  await new Promise((resolve) => sent.write(bytes.subarray(MEGABYTE, 4 * MEGABYTE), resolve))
  await first.end('SIGKILL')
  await broken

  const second = await startMessenger(t, home)
  const after = uploaderAt(second.url, await second.login())
  const asked = await after.send('HEAD', path, { headers: TUS })
  const offset = Number(asked.headers.get('upload-offset'))
  t.ok(offset >= MEGABYTE && offset <= 4 * MEGABYTE, `from ${String(offset)}`)
  t.equal((await after.append(path, offset, bytes.subarray(offset))).status, 204)
  const served = await after.send('GET', `/media/${keyOf(path)}`)
  t.ok(Buffer.from(await served.arrayBuffer()).equals(bytes))
  t.equal((await second.end('SIGTERM')).code, 0)
})

t.test('a large file passes through little memory, in and out', async (t) => {
  const process = await startMessenger(t, await prepareHome(t))
  const uploader = uploaderAt(process.url, await process.login())
  const memory = async () => {
    const status = await readFile(`/proc/${String(process.child.pid)}/status`, 'utf8')
    return (Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024) / MEGABYTE
  }
  await uploader.upload(randomBytes(MEGABYTE))
  const before = await memory()
  const megabytes = 100
  const path = await uploader.begin(megabytes * MEGABYTE)
  const piece = randomBytes(25 * MEGABYTE)
  for (let at = 0; at < megabytes; at += 25)
    t.equal((await uploader.append(path, at * MEGABYTE, piece)).status, 204)
  const served = await uploader.send('GET', `/media/${keyOf(path)}`)
  let count = 0
  for await (const chunk of served.body ?? []) count += (chunk as Uint8Array).length
  t.equal(count, megabytes * MEGABYTE)
  const grown = (await memory()) - before
  t.ok(grown < 80, `it has grown by ${grown.toFixed(0)} MiB at most`)
})
