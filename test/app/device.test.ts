/** Tests device.ts with what browsers and programs say of themselves. */
import t from 'tap'
import { deviceOf, MAX_DEVICE_LENGTH } from '../../app/device.ts'

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0'

t.test('browsers are named with their system, programs by their own name', (t) => {
  const names = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', 'Firefox on Linux'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`, 'Chrome on Windows'],
    [
      `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${CHROME} Mobile Safari/537.36`,
      'Chrome on Android',
    ],
    ['curl/8.5.0', 'curl'],
    ['node', 'node'],
    [undefined, 'unknown'],
    ['', 'unknown'],
    ['/', 'unknown'],
  ] as const
  for (const [userAgent, name] of names) t.equal(deviceOf({ userAgent }), name)
  t.end()
})

t.test('whatever is said, the name is short', (t) => {
  for (const userAgent of ['x'.repeat(512), `${'y'.repeat(500)}/1 (z)`, '\u{1f4f1}'.repeat(99)]) {
    const name = deviceOf({ userAgent })
    t.ok(name.length > 0 && name.length <= MAX_DEVICE_LENGTH && name.isWellFormed(), name)
  }
  t.end()
})
