/** The pages that the `type` of a problem leads to. */
import type { FastifyInstance } from 'fastify'
import { PROBLEMS, PROBLEM_TYPE_BASE } from '../problem.ts'

/** Serves one page for each error code. */
export function registerProblemPages(app: FastifyInstance): void {
  for (const [code, { status, title, explanation }] of Object.entries(PROBLEMS)) {
    const page = toPage(`${status} ${title}`, [explanation, `Its code is ${code}.`])
    app.get(PROBLEM_TYPE_BASE + code, async (_request, reply) =>
      reply
        .headers({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'max-age=3600' })
        .send(page),
    )
  }
}

/** A page without style or script; the texts are our own. */
function toPage(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
${body}
</html>
`
}
