/** Writes a letter once and gives it out twice: as text and as HTML that says the same. */
import type { Letter } from './mail.ts'
import { markup, type Markup } from './markup.ts'

/** A piece of a letter: words, a link to press, or something to copy as it stands. */
export type Paragraph =
  string | { readonly link: URL; readonly label: string } | { readonly copy: string }

/** Writes it. */
export function writeLetter(subject: string, paragraphs: readonly Paragraph[]): Letter {
  return Object.freeze({
    subject,
    text: `${paragraphs.map(toText).join('\n\n')}
`,
    html: toHtml(subject, paragraphs).toString(),
  })
}

function toText(paragraph: Paragraph): string {
  if (typeof paragraph === 'string') return paragraph
  return 'copy' in paragraph
    ? `    ${paragraph.copy}`
    : `${paragraph.label}:\n${paragraph.link.href}`
}

/** Readers of mail know neither style sheets nor scripts; what they know is written at each element. */
function toHtml(subject: string, paragraphs: readonly Paragraph[]): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#ffffff">
<div style="max-width:560px;margin:0 auto">
${paragraphs.map(toHtmlParagraph)}</div>
</body>
</html>
`
}

function toHtmlParagraph(paragraph: Paragraph): Markup {
  if (typeof paragraph === 'string')
    return markup`<p>${paragraph}</p>
`
  if ('copy' in paragraph)
    return markup`<p style="font:18px/1.5 ui-monospace,monospace">${paragraph.copy}</p>
`
  const { link, label } = paragraph
  return markup`<p><a href="${link.href}" style="color:#0b57d0">${label}</a></p>\n<p style="font-size:13px">${link.href}</p>
`
}
