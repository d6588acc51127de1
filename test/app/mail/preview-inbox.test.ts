/** Tests preview-inbox.ts: what is kept, in which order, and how long. */
import { test } from 'tap'
import { MailRefusedError } from '../../../app/mail/mail.ts'
import { createPreviewInbox } from '../../../app/mail/preview-inbox.ts'
import { UnavailableError } from '../../../framework/index.ts'

const mailOf = (id: string) => ({ id, to: 'a@b.c', subject: id, text: 'x', html: '<p>x</p>' })

test('the last hundred mails are kept, the newest first', async (t) => {
  let time = 0
  const inbox = createPreviewInbox({ now: () => (time += 1000) })
  t.same(inbox.mails, [])
  for (let index = 1; index <= 101; index++) await inbox.send(mailOf(`m${index}`))
  t.equal(inbox.mails.length, 100)
  t.same(inbox.mails[0], { ...mailOf('m101'), sent_at: '1970-01-01T00:01:41.000Z' })
  t.match(inbox.mails.at(-1), { id: 'm2' })
  await inbox.send(mailOf('m50'))
  t.equal(inbox.mails.length, 100)
  t.match(inbox.mails.slice(0, 2), [{ id: 'm50' }, { id: 'm101' }], 'sent again')
  t.equal(inbox.mails.filter(({ id }) => id === 'm50').length, 1)
})

test('it refuses what a server would not be given, and everything after its end', async (t) => {
  const inbox = createPreviewInbox({ now: () => 0 })
  await t.rejects(inbox.send({ ...mailOf('a'), to: 'a@b.c\r\nBcc: d@e.f' }), MailRefusedError)
  await inbox.close()
  await t.rejects(inbox.send(mailOf('a')), UnavailableError)
  t.same(inbox.mails, [])
})
