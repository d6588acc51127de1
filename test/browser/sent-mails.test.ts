/** Looks at `/sent-mails` in the machine's browser: a mail is shown as it is meant, and can do nothing. */
import t from 'tap'
import { createLetters } from '../../app/mail/templates.ts'
import { openPage } from '../kit/browser.ts'
import { openTestMessenger } from '../kit/messenger.ts'

t.test('a mail is found, read as text and as HTML, and runs nothing', async (t) => {
  const messenger = await openTestMessenger(t)
  const url = await messenger.listen({ host: '127.0.0.1', port: 0 })
  const letter = createLetters(url).recoverPassword({ username: 'tim', token: 'green-lamp-7' })
  const to = 'tim@example.org'
  await messenger.mailer?.send({ ...letter, id: 'good', to })
  const attack = '<p>Hello</p><script>top.document.title="taken"</script><img src="/healthz?seen">'
  await messenger.mailer?.send({ id: 'bad', to, subject: '<b>Bad</b>', text: 'x', html: attack })

  const { page, complaints, origins } = await openPage(t)
  await page.goto(`${url}/sent-mails`)
  await page.getByRole('link', { name: letter.subject }).click()
  await page.getByRole('heading', { name: letter.subject }).waitFor()
  t.match(await page.locator('pre').innerText(), 'green-lamp-7')
  const frame = page.frameLocator('iframe')
  await frame.getByText('green-lamp-7').waitFor()
  t.match(await frame.getByRole('link').getAttribute('href'), `${url}/account/recover#`)
  t.same(complaints, [])

  await page.getByRole('link', { name: 'All mails' }).click()
  await page.getByRole('link', { name: '<b>Bad</b>' }).click()
  await frame.getByText('Hello').waitFor()
  t.equal(await page.title(), '<b>Bad</b>')
  t.match(complaints.join('\n'), /script|sandbox/i, 'the browser has refused it')
  t.notMatch(messenger.log.join('\n'), '"/healthz"', 'nothing is fetched')
  t.same([...origins], [url])
})
