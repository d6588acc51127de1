/** The pages under `/sent-mails`, which show the preview inbox to who develops. They hold secrets of other people's mail: never served in production. */
import { NotFoundError, type ServerPlugin } from '../../framework/index.ts'
import { markup, type Markup, type MarkupValue } from './markup.ts'
import type { PreviewInbox, SentMail } from './preview-inbox.ts'

const PATH = '/sent-mails'

/** Our pages run nothing; they frame a mail from here. */
const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A mail has no origin, runs nothing and fetches nothing, whoever opens it. */
const MAIL_POLICY = [
  'sandbox',
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const TEXT_LINK = /\bhttps?:\/\/[^\s<>"]+/g

/** Serves the list, each mail by its id, its HTML for the frame, and `/sent-mails.json` for tests. */
export function sentMailsPlugin(inbox: PreviewInbox): ServerPlugin {
  const find = (id: string): SentMail => {
    const mail = inbox.mails.find((one) => one.id === id)
    if (mail === undefined) throw new NotFoundError('There is no such mail, or no longer.')
    return mail
  }
  return (http) => {
    http.addHook('onRequest', async (_request, reply) => {
      void reply.headers({ 'cache-control': 'no-store', 'content-security-policy': PAGE_POLICY })
    })
    http.get(`${PATH}.json`, async () => ({ mails: inbox.mails }))
    http.get(PATH, async (_request, reply) => {
      void reply.type('text/html; charset=utf-8')
      return toListPage(inbox.mails).toString()
    })
    http.get<OneMail>(`${PATH}/:id`, async ({ params }, reply) => {
      const page = toMailPage(find(params.id))
      void reply.type('text/html; charset=utf-8')
      return page.toString()
    })
    http.get<OneMail>(`${PATH}/:id/html`, async ({ params }, reply) => {
      const { html } = find(params.id)
      void reply.header('content-security-policy', MAIL_POLICY).type('text/html; charset=utf-8')
      return html
    })
  }
}

interface OneMail {
  readonly Params: { readonly id: string }
}

function toListPage(mails: readonly SentMail[]): Markup {
  const rows = mails.map(
    ({ id, sent_at, to, subject }) =>
      markup`<tr><td>${sent_at}</td><td>${to}</td><td><a href="${PATH}/${id}">${subject}</a></td></tr>
`,
  )
  const list =
    rows.length === 0
      ? markup`<p>None yet.</p>`
      : markup`<table>
<thead><tr><th scope="col">When</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`
  return toPage(
    'Sent mails',
    markup`<p>Without <code>SMTP_URL</code> mail is not sent, but kept here while the server runs: the last hundred, the newest first.</p>
${list}`,
  )
}

function toMailPage({ id, sent_at, to, subject, text }: SentMail): Markup {
  const links = [...new Set(text.match(TEXT_LINK))].map(
    (link) => markup`<li><a href="${link}" rel="noreferrer">${link}</a></li>
`,
  )
  return toPage(
    subject,
    markup`<p><a href="${PATH}">All mails</a></p>
<dl><dt>To</dt><dd>${to}</dd><dt>When</dt><dd>${sent_at}</dd><dt>Message-ID</dt><dd>${id}</dd></dl>
<h2>Text</h2>
<pre>${text}</pre>
<h2>Links</h2>
<ul>
${links}</ul>
<h2>HTML</h2>
<iframe src="${PATH}/${id}/html" sandbox="" title="The HTML of the mail"></iframe>`,
  )
}

function toPage(title: string, body: MarkupValue): Markup {
  return markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8888; padding: 1rem }
li { overflow-wrap: anywhere }
iframe { width: 100%; height: 30rem; border: 1px solid #8888; background: #fff }
</style>
<h1>${title}</h1>
${body}
</html>
`
}
