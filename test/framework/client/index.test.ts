/** Tests index.ts: what a browser loads is small, and nothing of the server. */
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t from 'tap'

/** Most bytes of the whole client, minified and gzipped. */
const MAX_BYTES = 9_216

t.test('the client bundles for browsers into about 9 kB, from its own files alone', async (t) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [new URL('../../../framework/client/index.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    write: false,
    metafile: true,
  })
  const bytes = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  t.comment(`${bytes} bytes`)
  t.ok(bytes > 1_000 && bytes < MAX_BYTES, String(bytes))
  const foreign = Object.keys(metafile.inputs).filter((path) => !path.includes('framework/client/'))
  t.same(foreign, [])
})
