/** Tests markup.ts: text is escaped wherever it stands. */
import { test } from 'tap'
import { markup } from '../../../app/mail/markup.ts'

test('text is escaped, markup and lists of it are put in', (t) => {
  const text = `<img src=x onerror="a('b')">&amp;`
  const escaped = '&#60;img src=x onerror=&#34;a(&#39;b&#39;)&#34;&#62;&#38;amp;'
  t.equal(String(markup`<p title="${text}">${text}</p>`), `<p title="${escaped}">${escaped}</p>`)
  const items = ['<', 'b'].map((item) => markup`<li>${item}</li>`)
  t.equal(String(markup`<ul>${items}</ul>${1}${undefined}`), '<ul><li>&#60;</li><li>b</li></ul>1')
  t.equal(String(markup`${markup`<b>${'&'}</b>`}`), '<b>&#38;</b>')
  t.end()
})

test('what only looks like markup is text', (t) => {
  const forged = { toString: () => '<script>' } as unknown as string // as what JSON could bring
  t.equal(String(markup`${[forged] as never}`), '&#60;script&#62;')
  t.end()
})
