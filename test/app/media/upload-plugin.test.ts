/** Tests upload-plugin.ts over real HTTP: who may upload, how it is resumed, and what is refused. */
import { createHash, randomBytes } from 'node:crypto'
import { statSync, watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { announce, keyOf, openMediaMessenger, type MediaMessenger } from '../../kit/uploads.ts'

const TUS = { 'tus-resumable': '1.0.0' }

const problemOf = async (response: Response) =>
  (await response.json()) as { readonly type: string; readonly status: number }

const told = (response: Response, name: string) => response.headers.get(name)

t.test('a file is uploaded in pieces, and asked for how far it is', async (t) => {
  const messenger = await openMediaMessenger(t)
  const { key: owner, token } = await messenger.signUp('tim')
  const tim = messenger.as(token)
  const bytes = randomBytes(300_000)
  const path = await tim.begin(bytes.length, { filename: 'lamp.bin' })
  t.match(path, /^\/uploads\/[0-9a-f-]{36}$/)
  const asked = await tim.send('HEAD', path, { headers: TUS })
  t.equal(asked.status, 200)
  t.equal(told(asked, 'upload-offset'), '0')
  t.equal(told(asked, 'upload-length'), '300000')
  t.equal(told(asked, 'cache-control'), 'no-store')
  t.notOk(told(asked, 'access-control-allow-origin'), 'other origins are none of the library’s')
  t.match(await tim.attachment(keyOf(path)), {
    owner_id: owner,
    state: 'uploading',
    purpose: 'message',
    name: 'lamp.bin',
    byte_count: 300_000,
  })
  const first = await tim.append(path, 0, bytes.subarray(0, 100_000))
  t.equal(first.status, 204)
  t.equal(told(first, 'upload-offset'), '100000')
  const last = await tim.append(path, 100_000, bytes.subarray(100_000))
  t.equal(told(last, 'upload-offset'), '300000')
  t.match(await tim.attachment(keyOf(path)), {
    state: 'ready',
    kind: 'file',
    media_type: 'application/octet-stream',
    byte_count: 300_000,
  })
  const done = await tim.send('HEAD', path, { headers: TUS })
  t.equal(told(done, 'upload-offset'), '300000', 'who has not heard that it came is told')
  const served = await tim.send('GET', `/media/${keyOf(path)}`)
  t.equal(hashOf(Buffer.from(await served.arrayBuffer())), hashOf(bytes))
})

t.test('who is not logged in uploads nothing', async (t) => {
  const messenger = await openMediaMessenger(t)
  const { token } = await messenger.signUp('tim')
  const path = await messenger.as(token).begin(3)
  for (const bad of [undefined, 'bad']) {
    const nobody = messenger.as(bad)
    const refused = await announce(nobody, 3)
    t.equal(refused.status, 401)
    t.match(told(refused, 'content-type'), 'application/problem+json')
    t.ok(told(refused, 'www-authenticate'))
    t.equal((await nobody.append(path, 0, Buffer.from('abc'))).status, 401)
    for (const method of ['HEAD', 'DELETE'])
      t.equal((await nobody.send(method, path, { headers: TUS })).status, 401)
  }
})

t.test('only the owner goes on with an upload, or ends it', async (t) => {
  const messenger = await openMediaMessenger(t)
  const [tim, eve] = [await messenger.signUp('tim'), await messenger.signUp('eve')]
  const path = await messenger.as(tim.token).begin(6)
  const other = messenger.as(eve.token)
  const own = (await other.begin(6)).split('/').at(-1) ?? ''
  const none = '/uploads/00000000-0000-7000-8000-000000000000'
  for (const target of [path, none, '/uploads/..%2fx', `${path}?/${own}`, `${path}?x=/${own}`]) {
    const refused = await other.append(target, 0, Buffer.from('abcdef'))
    t.equal(refused.status, 404)
    t.match(await problemOf(refused), { type: '/problems/not_found', status: 404 })
    for (const method of ['HEAD', 'DELETE'])
      t.equal((await other.send(method, target, { headers: TUS })).status, 404)
  }
  t.equal((await messenger.as(tim.token).append(path, 0, Buffer.from('abcdef'))).status, 204)
  // What is whole is nobody's to end either.
  const header = { headers: TUS }
  t.equal((await other.send('DELETE', `${path}?/${own}`, header)).status, 404)
  t.match(await messenger.as(tim.token).attachment(keyOf(path)), { state: 'ready' })
})

t.test('offsets and lengths that are none are refused', async (t) => {
  const messenger = await openMediaMessenger(t)
  const tim = messenger.as((await messenger.signUp('tim')).token)
  for (const length of ['-1', '1.5', 'x', '', '0x10', '1e3'])
    t.equal((await announce(tim, length)).status, 400, `a length of ${length}`)
  t.equal((await tim.send('POST', '/uploads', { headers: TUS })).status, 400, 'no length')
  const deferred = { ...TUS, 'upload-defer-length': '1' }
  t.equal((await tim.send('POST', '/uploads', { headers: deferred })).status, 400)
  const bare = await tim.send('POST', '/uploads', { headers: { 'upload-length': '3' } })
  t.equal(bare.status, 412, 'another protocol')
  t.equal((await announce(tim, 3, { purpose: 'else' })).status, 400)
  const path = await tim.begin(6)
  const three = Buffer.from('abc')
  t.equal((await tim.append(path, 3, three)).status, 409, 'ahead')
  t.equal((await tim.append(path, -1, three)).status, 400)
  t.equal((await tim.append(path, 0, three)).status, 204)
  const again = await tim.append(path, 0, three)
  t.equal(again.status, 409, 'behind')
  t.match(told(again, 'content-type'), 'application/problem+json')
  const headers = { ...TUS, 'upload-offset': '3', 'content-type': 'text/plain' }
  t.equal((await tim.send('PATCH', path, { headers, body: 'abc' })).status, 400)
  t.equal((await tim.append(path, 3, Buffer.from('more than that'))).status, 413)
  t.equal((await tim.append(path, 3, three)).status, 204)
  t.equal((await tim.append(path, 6, three)).status, 410, 'nothing is added to what is whole')
  t.equal((await messenger.as(undefined).send('GET', path)).status, 404, 'not served from there')
})

t.test('more than a file may have is refused, whatever was announced', async (t) => {
  const messenger = await openMediaMessenger(t, { mediaMaxBytes: 1000 })
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const refused = await announce(tim, 1001)
  t.equal(refused.status, 413)
  t.match(await problemOf(refused), { type: 'about:blank', status: 413 })
  t.same(await readdir(messenger.folder), [], 'nothing is kept of it')
  const path = await tim.begin(1000)
  t.equal(await streamTo(messenger, path, 5_000), 413, 'without a length, in pieces')
  const asked = await tim.send('HEAD', path, { headers: TUS })
  const offset = Number(told(asked, 'upload-offset'))
  t.ok(offset <= 1000)
  t.equal((await tim.append(path, offset, randomBytes(1000 - offset))).status, 204)
  const options = await tim.send('OPTIONS', '/uploads')
  t.equal(told(options, 'tus-max-size'), '1000')
  t.equal(told(options, 'tus-extension'), 'creation,creation-with-upload,termination')

  async function streamTo({ url }: MediaMessenger, target: string, count: number): Promise<number> {
    const { access_token: token } = await messenger.login('tim')
    const sent = request(`${url}${target}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        authorization: `Bearer ${token}`,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'transfer-encoding': 'chunked',
      },
    })
    const status = new Promise<number>((resolve, reject) => {
      sent.on('response', (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      sent.on('error', reject)
    })
    for (let at = 0; at < count; at += 100) sent.write(Buffer.alloc(100))
    sent.end()
    return status
  }
})

t.test('an upload that breaks off goes on from what has come', async (t) => {
  const messenger = await openMediaMessenger(t)
  const { token } = await messenger.signUp('tim')
  const tim = messenger.as(token)
  const bytes = randomBytes(2_000_000)
  const path = await tim.begin(bytes.length)
  const sent = request(`${messenger.url}${path}`, {
    method: 'PATCH',
    headers: {
      ...TUS,
      authorization: `Bearer ${token}`,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': String(bytes.length),
    },
  })
  sent.on('error', () => undefined)
  const written = untilWritten(messenger.folder, keyOf(path))
  sent.write(bytes.subarray(0, 1_000_000))
  await written
  sent.destroy()
  const asked = await tim.send('HEAD', path, { headers: TUS })
  const offset = Number(told(asked, 'upload-offset'))
  t.ok(offset > 0 && offset <= 1_000_000, String(offset))
  const rest = await tim.append(path, offset, bytes.subarray(offset))
  t.equal(rest.status, 204, await rest.text())
  const served = await tim.send('GET', `/media/${keyOf(path)}`)
  t.equal(hashOf(Buffer.from(await served.arrayBuffer())), hashOf(bytes))
})

t.test('an upload that is ended is gone', async (t) => {
  const messenger = await openMediaMessenger(t)
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const path = await tim.begin(6)
  await tim.append(path, 0, Buffer.from('abc'))
  t.equal((await tim.send('DELETE', path, { headers: TUS })).status, 204)
  t.equal((await tim.send('HEAD', path, { headers: TUS })).status, 404)
  t.equal((await tim.append(path, 3, Buffer.from('def'))).status, 404)
  t.equal(await messenger.stores.store('attachment').count(), 0)
  t.same(await readdir(messenger.folder), [])
  const { id } = await tim.upload(Buffer.from('abc'))
  const done = await tim.send('DELETE', `/uploads/${id}`, { headers: TUS })
  t.equal(done.status, 410, 'what is whole is deleted as an attachment')
})

t.test('the last bytes twice at once make it ready once', async (t) => {
  const messenger = await openMediaMessenger(t)
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const path = await tim.begin(6)
  await tim.append(path, 0, Buffer.from('abc'))
  const answers = await Promise.all(
    ['def', 'xyz', 'uvw'].map((text) => tim.append(path, 3, Buffer.from(text))),
  )
  const statuses = answers.map(({ status }) => status).sort()
  t.equal(statuses.filter((status) => status === 204).length, 1, statuses.join())
  const [id, won] = [keyOf(path), answers.findIndex(({ status }) => status === 204)]
  const served = await (await tim.send('GET', `/media/${id}`)).text()
  t.equal(served, `abc${['def', 'xyz', 'uvw'][won] ?? ''}`)
})

t.test('who asks while an image is judged is told that it has come', async (t) => {
  const messenger = await openMediaMessenger(t)
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const raw = { width: 1000, height: 1000, channels: 3 } as const
  const bytes = await sharp(randomBytes(3_000_000), { raw }).png({ compressionLevel: 1 }).toBuffer()
  const path = await tim.begin(bytes.length)
  await tim.append(path, 0, bytes.subarray(0, -1))
  let isJudged = false
  const last = tim.append(path, bytes.length - 1, bytes.subarray(-1)).finally(() => {
    isJudged = true
  })
  const statuses = new Set<number>()
  const ask = async () => {
    while (!isJudged) statuses.add((await tim.send('HEAD', path, { headers: TUS })).status)
  }
  await Promise.all([last, ask(), ask(), ask(), ask()])
  t.equal((await last).status, 204)
  t.same([...statuses], [200])
  t.match(await tim.attachment(keyOf(path)), { state: 'ready', kind: 'image' })
})

t.test('what goes wrong below is told as no more than that', async (t) => {
  const dataDir = t.testdir({ media: 'a file where a folder should be' })
  const messenger = await openMediaMessenger(t, { dataDir })
  const tim = messenger.as((await messenger.signUp('tim')).token)
  const refused = await announce(tim, 3)
  t.equal(refused.status, 500)
  t.notMatch(await refused.text(), dataDir)
})

/** The first bytes of an upload in its folder: from then on it is being written, so that who asks how far it is waits for that. */
async function untilWritten(folder: string, id: string): Promise<void> {
  const path = join(folder, id)
  const { promise, resolve } = Promise.withResolvers<void>()
  const watcher = watch(path, () => {
    if (statSync(path).size > 0) resolve()
  })
  await promise
  watcher.close()
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
