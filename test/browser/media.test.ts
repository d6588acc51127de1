/** Tries photos, films and files on the page: chosen, pasted and dropped; sent, seen and found again. */
import { Buffer } from 'node:buffer'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { photo } from '../kit/images.ts'
import { enter, entryOf, goTo, servePage, type ServedPage, until } from '../kit/messenger-page.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

/** Two people with a dialogue of their own, the first on its page. */
async function openDialogue(t: Test, { url, messenger }: ServedPage) {
  const [annOf, bobOf] = [await messenger.signUp('ann'), await messenger.signUp('bob')]
  await messenger.call('POST /actions/direct-conversation', {
    as: annOf.token,
    json: { user_id: bobOf.key },
  })
  const [ann, bob] = await Promise.all([enter(t, url, 'ann'), enter(t, url, 'bob')])
  await entryOf(ann, /bob/).click()
  await entryOf(bob, /ann/).click()
  await ann.page.getByRole('heading', { level: 1, name: 'bob' }).waitFor()
  return { ann, bob }
}

/** Gives files to an element of the page as browsers do, and films one there. */
const GIVE = `async (selector, type, { name, bytes, mediaType }) => {
  let content = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0))
  if (mediaType === 'video/webm') {
    const canvas = document.createElement('canvas')
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' })
    const ended = new Promise((resolve) => { recorder.ondataavailable = ({ data }) => resolve(data) })
    recorder.start()
    for (let frame = 0; frame < 40; frame++) {
      const context = canvas.getContext('2d')
      context.fillStyle = 'hsl(' + frame * 9 + ' 80% 50%)'
      context.fillRect(0, 0, canvas.width, canvas.height)
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    recorder.stop()
    content = await ended
  }
  const data = new DataTransfer()
  data.items.add(new File([content], name, { type: mediaType }))
  const event = type === 'paste'
    ? new ClipboardEvent(type, { clipboardData: data, bubbles: true, cancelable: true })
    : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true })
  document.querySelector(selector).dispatchEvent(event)
}`

interface Given {
  readonly name: string
  readonly mediaType: string
  readonly content?: Buffer
}

const give = (selector: string, type: 'paste' | 'drop', { content, ...file }: Given): string =>
  `(${GIVE})(${[selector, type, { ...file, bytes: content?.toString('base64') ?? '' }].map((one) => JSON.stringify(one)).join()})`

t.test('a photo, a film and a file are sent, and seen by the other', async (t) => {
  const served = await servePage(t)
  const { ann, bob } = await openDialogue(t, served)
  const { page } = ann
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).click()
  await (
    await chooser
  ).setFiles({ name: 'lamp.jpg', mimeType: 'image/jpeg', buffer: await photo() })
  await page.evaluate(
    give('textarea', 'paste', {
      name: 'pasted.png',
      mediaType: 'image/png',
      content: await photo('png'),
    }),
  )
  await page.evaluate(give('.composer', 'drop', { name: 'film.webm', mediaType: 'video/webm' }))
  await page.evaluate(
    give('.thread-scroll', 'drop', {
      name: 'notes.txt',
      mediaType: 'text/plain',
      content: Buffer.from('<script>alert(1)</script>'),
    }),
  )
  await page.locator('.tray-file.ready').nth(3).waitFor()
  t.equal(await page.locator('.tray-file img').count(), 2, 'what is chosen is shown beforehand')
  await ann.write('look')
  await bob.sees('look')
  const message = bob.message('look')
  await message.locator('.picture').nth(2).waitFor()
  t.equal(await page.locator('.tray-file').count(), 0)
  const film = await message.locator('.picture video').boundingBox()
  const ratio = (film?.width ?? 0) / (film?.height ?? 1)
  t.ok(Math.abs(ratio - 16 / 9) < 0.05, 'a film has its place before its size is known')
  const isShown = `document.querySelectorAll('.picture img').length === 2 && [...document.querySelectorAll('.picture img')].every((one) => one.naturalWidth > 0)`
  await until(bob.page, isShown)
  await message.getByRole('link', { name: /notes\.txt/ }).waitFor()
  const download = bob.page.waitForEvent('download')
  await message.getByRole('link', { name: /notes\.txt/ }).click()
  t.equal((await download).suggestedFilename(), 'notes.txt')

  await message.getByRole('button', { name: 'Open lamp.jpg' }).click()
  const viewer = bob.page.getByRole('dialog')
  await viewer.getByRole('img', { name: 'lamp.jpg' }).waitFor()
  await bob.page.keyboard.press('ArrowRight')
  await viewer.getByRole('img', { name: 'pasted.png' }).waitFor()
  await bob.page.keyboard.press('ArrowRight')
  await viewer.locator('video').waitFor()
  await until(bob.page, `document.querySelector('dialog video').readyState > 1`)
  await bob.page.keyboard.press('ArrowLeft')
  await viewer.getByRole('img', { name: 'pasted.png' }).waitFor()
  await viewer.getByRole('button', { name: 'Next' }).click()
  await viewer.locator('video').waitFor()
  await bob.page.keyboard.press('ArrowLeft')
  await viewer.getByRole('img', { name: 'pasted.png' }).click()
  await bob.page.keyboard.press('ArrowLeft')
  await viewer.getByRole('img', { name: 'lamp.jpg' }).waitFor()
  await bob.page.locator('.composer input[type=file]').setInputFiles({
    name: 'broken.png',
    mimeType: 'image/png',
    buffer: (await photo('png')).subarray(0, 60),
  })
  // What lies beneath is neither seen nor heard.
  await viewer.getByRole('status').getByText('broken.png could not be uploaded.').waitFor()
  await viewer.getByRole('button', { name: 'Close' }).first().click()
  await viewer.waitFor({ state: 'detached' })
  t.equal(await bob.page.evaluate('document.activeElement.ariaLabel'), 'Open lamp.jpg')

  await bob.page.getByRole('button', { name: 'About this chat' }).click()
  await bob.page.getByRole('button', { name: 'Photos and files' }).click()
  await bob.page.locator('.gallery .picture').nth(2).waitFor()
  await bob.page.getByRole('link', { name: 'notes.txt' }).waitFor()
  await bob.page.getByRole('button', { name: 'Open pasted.png' }).click()
  await viewer.getByRole('img', { name: 'pasted.png' }).waitFor()
  t.same([...ann.complaints, ...bob.complaints], [])
  t.same(
    [...bob.origins].filter((origin) => origin !== 'null' && origin !== served.url),
    [],
  )
})

t.test(
  'an upload shows how far it is, is cancelled, and what is no picture is refused',
  async (t) => {
    const served = await servePage(t)
    const { ann } = await openDialogue(t, served)
    const { page } = ann
    const held = Promise.withResolvers<undefined>()
    const isEnded = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
    // The bytes of the first upload never arrive.
    await page.route('**/uploads/*', () => held.resolve(undefined), { times: 1 })
    const picker = page.locator('.composer input[type=file]')
    await picker.setInputFiles({
      name: 'big.bin',
      mimeType: 'application/octet-stream',
      buffer: Buffer.alloc(3_000_000, 7),
    })
    await held.promise
    await page.getByRole('progressbar', { name: /Uploading big\.bin: \d+ %/ }).waitFor()
    await ann.composer.fill('not yet')
    t.ok(await page.getByRole('button', { name: 'Send' }).isDisabled(), 'it waits for its files')
    await page.getByRole('button', { name: 'Remove big.bin' }).click()
    await page.locator('.tray-file').waitFor({ state: 'detached' })
    t.equal((await isEnded).status(), 204, 'the server forgets what had come')
    t.equal(await served.messenger.stores.store('attachment').count(), 0)
    await page.getByRole('button', { name: 'Send' }).click()
    await until(page, `document.activeElement?.matches('.composer textarea')`)
    page.on('request', (request) => {
      const isOfUpload = new URL(request.url()).pathname.startsWith('/uploads')
      t.notOk(isOfUpload && request.method() === 'DELETE', 'nothing is left to end')
    })

    await picker.setInputFiles({
      name: 'broken.png',
      mimeType: 'image/png',
      buffer: (await photo('png')).subarray(0, 60),
    })
    await page.getByText('broken.png could not be uploaded.').waitFor()
    await page.getByRole('button', { name: 'Remove broken.png' }).click()
    const noPicture = { mimeType: 'image/png', buffer: Buffer.from('No picture') }
    await picker.setInputFiles(
      Array.from({ length: 12 }, (_, at) => ({ ...noPicture, name: `words${at}.png` })),
    )
    await page.getByText('10 files go with one message; no more were taken.').waitFor()
    await page.locator('.tray-file img').first().waitFor({ state: 'detached' })
    t.equal(await page.locator('.tray-file').count(), 10)
    await page.locator('.tray-file.uploading').first().waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Remove words0.png' }).click()
    await page.locator('.tray-file').nth(9).waitFor({ state: 'detached' })
    t.same(await ann.texts(), ['not yet'])
    t.same(ann.complaints, [])
  },
)

t.test('files wait for who looks elsewhere, and are forgotten when taken out', async (t) => {
  const served = await servePage(t)
  const { ann, bob } = await openDialogue(t, served)
  const { page } = ann
  const attachments = served.messenger.stores.store('attachment')
  const picker = page.locator('.composer input[type=file]')
  const buffer = await photo('png')
  await picker.setInputFiles([
    { name: 'one.png', mimeType: 'image/png', buffer },
    { name: 'two.png', mimeType: 'image/png', buffer },
  ])
  await page.locator('.tray-file.ready').nth(1).waitFor()
  await entryOf(ann, /Everyone/).click()
  await page.getByRole('heading', { level: 1, name: 'Everyone' }).waitFor()
  t.equal(await page.locator('.tray-file').count(), 0, 'they are for the other chat')
  await entryOf(ann, /bob/).click()
  await page.locator('.tray-file.ready').nth(1).waitFor()
  const isForgotten = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
  await page.getByRole('button', { name: 'Remove one.png' }).click()
  t.equal((await isForgotten).status(), 204)
  t.equal(await attachments.count(), 1)
  await ann.write('here')
  await bob.message('here').getByRole('button', { name: 'Open two.png' }).waitFor()
  t.equal(await page.locator('.tray-file').count(), 0)
  t.same([...ann.complaints, ...bob.complaints], [])
})

t.test('a picture beside one’s name is seen by others', async (t) => {
  const { url, messenger } = await servePage(t)
  for (const name of ['ann', 'bob']) await messenger.signUp(name)
  const [ann, bob] = await Promise.all([enter(t, url, 'ann'), enter(t, url, 'bob')])
  await goTo(ann.page, 'Settings')
  const buffer = await sharp({
    create: { width: 400, height: 300, channels: 3, background: '#2a9d8f' },
  })
    .png()
    .toBuffer()
  await ann.page
    .locator('.self input[type=file]')
    .setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer })
  await ann.page.locator('.self .avatar img').waitFor()
  await goTo(ann.page, 'Chats')
  await ann.write('here I am')
  await bob.page.locator('.run .avatar img').waitFor()
  await until(bob.page, `document.querySelector('.run .avatar img').naturalWidth > 0`)
  t.same([...ann.complaints, ...bob.complaints], [])
})
