/** A page that runs the typed client, bundled as an app's own bundler would, and served from an origin of its own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import type { Test } from 'tap'

const SCRIPT = new URL('../browser/page/chat.ts', import.meta.url).pathname

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8"><title>Chat</title><link rel="icon" href="data:,">
<form id="login"><input name="username" aria-label="Username"><input name="password" type="password" aria-label="Password"><button>Log in</button></form>
<form id="search"><input name="text" aria-label="Words"><button>Search</button></form>
<form id="create"><input name="text" aria-label="Message"><button>Write</button></form>
<p id="state"></p><ul id="found"></ul><ul id="live"></ul><ul id="events"></ul>
<script type="module" src="/chat.js"></script>
</html>`

/** Serves the page on every loopback name. @returns its port */
export async function serveClientPage(t: Test): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [SCRIPT],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    write: false,
  })
  const script = outputFiles[0]?.text ?? ''
  const server = createServer(({ url = '' }, response) => {
    const isScript = url === '/chat.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : HTML)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
