/** Holds the page on a desktop to WCAG 2.2 AA, as far as axe sees it. */
import t from 'tap'
import { checkViews } from '../kit/page-access.ts'

// Browsers and databases start here, one after the other.
t.setTimeout(600_000)

for (const scheme of ['light', 'dark'] as const) {
  t.test(`no view has a violation: ${scheme}`, (t) => checkViews(t, 'desktop', scheme))
}
