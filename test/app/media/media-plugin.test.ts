/** Tests media-plugin.ts over real HTTP: who gets which bytes, with which headers, and that nothing in them runs. */
import { deflateRawSync } from 'node:zlib'
import sharp from 'sharp'
import t from 'tap'
import { movingPicture, photo, SECRET_OF_PHOTO } from '../../kit/images.ts'
import { openMediaMessenger, type MediaMessenger, type Uploader } from '../../kit/uploads.ts'

const TEXT = Buffer.from('0123456789')

const told = (response: Response, name: string) => response.headers.get(name)

/** Writes a message with files. @returns its key */
async function write(uploader: Uploader, attachment_ids: readonly string[]): Promise<string> {
  const json = { item: { text: 'Look', attachment_ids } }
  const response = await uploader.send('POST', '/actions/message', { json })
  if (response.status !== 201) throw new AggregateError([], await response.text())
  return ((await response.json()) as { readonly key: string }).key
}

async function openTim(t: Parameters<typeof openMediaMessenger>[0]) {
  const messenger = await openMediaMessenger(t)
  const { key, token } = await messenger.signUp('tim')
  return { messenger, key, token, tim: messenger.as(token) }
}

t.test(
  'a file is read as the message that it is attached to; before that by its owner alone',
  async (t) => {
    const { messenger, tim } = await openTim(t)
    const eve = messenger.as((await messenger.signUp('eve')).token)
    const nobody = messenger.as(undefined)
    const { id } = await tim.upload(TEXT, { filename: 'a.txt' })
    t.equal((await tim.send('GET', `/media/${id}`)).status, 200)
    for (const other of [eve, nobody]) {
      for (const path of [`/media/${id}`, `/media/${id}/thumbnail`, `/actions/attachment/${id}`]) {
        const refused = await other.send('GET', path)
        t.equal(refused.status, 404, path)
        t.match(told(refused, 'content-type'), 'application/problem+json')
        t.equal(told(refused, 'cache-control'), 'no-store')
      }
      const headers = { 'if-none-match': '*', range: 'bytes=0-1' }
      t.equal((await other.send('GET', `/media/${id}`, { headers })).status, 404)
      t.equal((await other.send('HEAD', `/media/${id}`)).status, 404)
    }
    const message = await write(tim, [id])
    for (const other of [eve, nobody])
      t.equal(await (await other.send('GET', `/media/${id}`)).text(), '0123456789')
    t.equal((await tim.send('DELETE', `/actions/message/${message}`)).status, 204)
    t.equal((await tim.send('GET', `/media/${id}`)).status, 404, 'gone with the message')
  },
)

t.test('what is none, not whole or refused is not there', async (t) => {
  const { tim } = await openTim(t)
  const begun = (await tim.begin(10)).split('/').at(-1) ?? ''
  const { id: refused, state } = await tim.upload(
    Buffer.concat([await photo(), Buffer.alloc(0)]).subarray(0, 300),
  )
  t.equal(state, 'refused')
  const { id: file } = await tim.upload(TEXT)
  const absent = '00000000-0000-7000-8000-000000000000'
  for (const key of [begun, refused, absent, 'x', '..%2f..%2fetc%2fpasswd', '%00', `${file}.json`])
    t.equal((await tim.send('GET', `/media/${key}`)).status, 404, key)
  t.equal((await tim.send('GET', `/media/${file}/thumbnail`)).status, 404, 'only images have one')
  t.equal((await tim.send('POST', `/media/${file}`)).status, 404, 'nothing is written there')
})

t.test('a token comes in the cookie of media too, for reading alone', async (t) => {
  const { messenger, tim, token } = await openTim(t)
  const { id } = await tim.upload(TEXT)
  const nobody = messenger.as(undefined)
  const cookie = (value: string) => ({ headers: { cookie: value } })
  const good = `theme=dark; holdfast_media=${token}`
  t.equal((await nobody.send('GET', `/media/${id}`, cookie(good))).status, 200)
  t.equal((await nobody.send('HEAD', `/media/${id}`, cookie(good))).status, 200)
  t.equal((await nobody.send('GET', `/media/${id}`, cookie('holdfast_media=bad'))).status, 401)
  t.equal((await nobody.send('GET', `/media/${id}`, cookie(`other=${token}`))).status, 404)
  t.equal((await nobody.send('GET', `/actions/attachment/${id}`, cookie(good))).status, 404)
  t.equal((await nobody.send('POST', '/uploads', cookie(good))).status, 401)
  await tim.send('POST', '/actions/logout', {})
  await messenger.caughtUp()
  t.equal((await nobody.send('GET', `/media/${id}`, cookie(good))).status, 401, 'as any token')
})

t.test('headers keep what is served from running, and from others', async (t) => {
  const { tim } = await openTim(t)
  const { id } = await tim.upload(TEXT, { filename: 'Bärenlied "live".txt' })
  const served = await tim.send('GET', `/media/${id}`)
  const wanted = {
    'content-type': 'application/octet-stream',
    'content-length': '10',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=86400, immutable',
    vary: 'Authorization, Cookie',
    'accept-ranges': 'bytes',
    'content-encoding': null,
  }
  for (const [name, value] of Object.entries(wanted)) t.equal(told(served, name), value, name)
  t.equal(
    told(served, 'content-disposition'),
    `attachment; filename="B?renlied live.txt"; filename*=UTF-8''B%C3%A4renlied%20live.txt`,
  )
  const head = await tim.send('HEAD', `/media/${id}`)
  t.equal(told(head, 'content-length'), '10')
  t.equal(await head.text(), '')
  const etag = told(served, 'etag') ?? ''
  const named = { headers: { 'if-none-match': `"else", W/${etag}` } }
  t.equal((await tim.send('GET', `/media/${id}`, named)).status, 304)
  const unnamed = { headers: { 'if-none-match': '"else"' } }
  t.equal((await tim.send('GET', `/media/${id}`, unnamed)).status, 200)
})

t.test('ranges are served, one at a time', async (t) => {
  const { tim } = await openTim(t)
  const { id } = await tim.upload(TEXT)
  const ask = (headers: Readonly<Record<string, string>>) =>
    tim.send('GET', `/media/${id}`, { headers })
  const ranges = [
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=-1', '9', 'bytes 9-9/10'],
    ['bytes=2-', '23456789', 'bytes 2-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ] as const
  for (const [range, text, content] of ranges) {
    const served = await ask({ range })
    t.equal(served.status, 206, range)
    t.equal(told(served, 'content-range'), content)
    t.equal(told(served, 'content-length'), String(text.length))
    t.equal(await served.text(), text)
  }
  for (const range of ['bytes=10-', 'bytes=99999999999999999999-', 'bytes=5-2', 'bytes=-0']) {
    const refused = await ask({ range })
    t.equal(refused.status, 416, range)
    t.equal(told(refused, 'content-range'), 'bytes */10')
  }
  for (const range of ['bytes=0-1,3-4', 'bytes=a-b', 'lines=0-1', 'bytes=', 'bytes=-'])
    t.equal((await ask({ range })).status, 200, range)
  const etag = told(await ask({}), 'etag') ?? ''
  t.equal((await ask({ range: 'bytes=0-1', 'if-range': etag })).status, 206)
  t.equal((await ask({ range: 'bytes=0-1', 'if-range': '"else"' })).status, 200)
  t.equal((await ask({ range: 'bytes=0-1', 'if-range': `W/${etag}` })).status, 200)
  const head = await tim.send('HEAD', `/media/${id}`, { headers: { range: 'bytes=0-1' } })
  t.equal(told(head, 'content-length'), '2')
  const { id: empty } = await tim.upload(Buffer.alloc(0))
  t.equal(await (await tim.send('GET', `/media/${empty}`)).text(), '')
  t.equal(
    (await tim.send('GET', `/media/${empty}`, { headers: { range: 'bytes=0-' } })).status,
    416,
  )
})

t.test('an image is served as we have made it: upright, and without what it knew', async (t) => {
  const { messenger, tim } = await openTim(t)
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const bytes = await photo(format)
    t.ok(bytes.includes(SECRET_OF_PHOTO), 'it is in there')
    const { id, ...shown } = await tim.upload(bytes, { filename: 'holiday.html' })
    t.match(shown, {
      state: 'ready',
      kind: 'image',
      media_type: `image/${format}`,
      width: 60,
      height: 90,
    })
    const served = await tim.send('GET', `/media/${id}`)
    t.equal(told(served, 'content-type'), `image/${format}`)
    t.equal(told(served, 'content-disposition'), 'inline; filename=holiday.html')
    const made = Buffer.from(await served.arrayBuffer())
    t.equal(made.length, shown.byte_count)
    t.notOk(made.includes(SECRET_OF_PHOTO))
    const { exif, orientation, width, height } = await sharp(made).metadata()
    t.same([exif, orientation, width, height], [undefined, undefined, 60, 90])
    const small = await tim.send('GET', `/media/${id}/thumbnail`)
    t.equal(told(small, 'content-type'), 'image/webp')
    t.equal(told(small, 'content-disposition'), 'inline')
    t.not(told(small, 'etag'), told(served, 'etag'))
    t.equal((await sharp(Buffer.from(await small.arrayBuffer())).metadata()).format, 'webp')
    t.same(await kept(messenger, id), [`${id}.image`, `${id}.thumbnail`], 'nothing else is kept')
  }
})

t.test('what moves keeps moving', async (t) => {
  const { tim } = await openTim(t)
  const { id, ...shown } = await tim.upload(await movingPicture(3))
  t.match(shown, { kind: 'image', media_type: 'image/gif', width: 20, height: 20 })
  const served = Buffer.from(await (await tim.send('GET', `/media/${id}`)).arrayBuffer())
  t.equal((await sharp(served, { animated: true }).metadata()).pages, 3)
})

t.test('whatever could run is only offered as bytes, whatever it is called', async (t) => {
  const { tim } = await openTim(t)
  const script = '<script>alert(document.domain)</script>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
  const files: Readonly<Record<string, string | Buffer>> = {
    'page.png': `<!doctype html><html>${script}</html>`,
    'drawing.svg': svg,
    'drawing.png': `<?xml version="1.0"?>${svg}`,
    'drawing.svgz': deflateRawSync(svg),
    'sheet.xht': '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><html/>',
    'paper.pdf': `%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj`,
    'code.js': 'alert(1)',
    'video.mp4': `\u0000\u0000${script}`,
    '.htaccess': 'AddType text/html .png',
  }
  for (const [filename, content] of Object.entries(files)) {
    const { id, kind, media_type } = await tim.upload(Buffer.from(content), { filename })
    t.same([kind, media_type], ['file', 'application/octet-stream'], filename)
    const served = await tim.send('GET', `/media/${id}`)
    t.equal(told(served, 'content-type'), 'application/octet-stream')
    t.match(told(served, 'content-disposition'), /^attachment; /)
    t.equal(told(served, 'x-content-type-options'), 'nosniff')
  }
})

t.test('a picture that is a page too is only a picture afterwards', async (t) => {
  const { tim } = await openTim(t)
  const script = '<html><script>alert(1)</script></html>'
  const gif = await movingPicture(2)
  const { id, state } = await tim.upload(Buffer.concat([gif, Buffer.from(script)]), {
    filename: 'a.html',
  })
  t.equal(state, 'ready')
  const served = await tim.send('GET', `/media/${id}`)
  t.equal(told(served, 'content-type'), 'image/gif')
  t.notOk(Buffer.from(await served.arrayBuffer()).includes('script'))
  const claimed = Buffer.concat([Buffer.from('GIF89a/*'), Buffer.from(`*/=1;${script}`)])
  t.equal((await tim.upload(claimed)).state, 'refused', 'one that only claims to be one')
})

t.test('names are told, and never those of files', async (t) => {
  const { messenger, tim } = await openTim(t)
  const names: Readonly<Record<string, string>> = {
    '../../x': 'x',
    '/etc/passwd': 'passwd',
    'C:\\x': 'x',
    'a\u0000.png': 'a.png',
    CON: '_CON',
    [`${'a'.repeat(4096)}.txt`]: `${'a'.repeat(251)}.txt`,
    'dot.': 'dot',
  }
  for (const [filename, name] of Object.entries(names)) {
    const uploaded = await tim.upload(TEXT, { filename })
    t.equal(uploaded.name, name)
    t.same(await kept(messenger, uploaded.id), [uploaded.id, `${uploaded.id}.json`])
  }
})

async function kept({ folder }: MediaMessenger, id: string): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises')
  return (await readdir(folder)).filter((name) => name.startsWith(id)).sort()
}
