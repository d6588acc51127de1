/** Builds the page with Vite into `dist-web/`: `npm run build:web`, and `npm start` when its sources have changed. */
import { createHash } from 'node:crypto'
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const OUT = join(ROOT, 'dist-web')
const PAGE = join(OUT, 'page')
const STAMP = join(OUT, 'sources.txt')
/** What the page is made from. */
const SOURCES = [
  'app/web/**/*.*',
  'framework/client/*.ts',
  'app/build-page.ts',
  'package-lock.json',
]
/** Smaller files don't get smaller. */
const COMPRESS_FROM_BYTES = 1024

/** Where the built page is, once it is built. */
export const PAGE_FOLDER = new URL('../dist-web/page/', import.meta.url)

/** Whether there is a built page. */
export function isPageBuilt(): boolean {
  return existsSync(join(PAGE, 'index.html'))
}

/** Builds the page unless it is as its sources are. @returns whether it was built */
export async function buildPage({ isForced = false } = {}): Promise<boolean> {
  const sources = digestOfSources()
  if (!isForced && isBuiltFrom(sources)) return false
  const fresh = join(OUT, `new-${String(process.pid)}`)
  mkdirSync(OUT, { recursive: true })
  try {
    await bundle(fresh)
    compress(fresh)
    // Another process may have done the same meanwhile, and serve it by now.
    if (!isForced && isBuiltFrom(sources)) return false
    putInPlace(fresh)
    writeFileSync(STAMP, sources)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  return true
}

function isBuiltFrom(sources: string): boolean {
  return isPageBuilt() && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources
}

/** Another process may do the same at the same moment, from the same sources. */
function putInPlace(fresh: string): void {
  try {
    rmSync(PAGE, { recursive: true, force: true })
    renameSync(fresh, PAGE)
  } catch (error) {
    if (!isPageBuilt()) throw error
  }
}

function digestOfSources(): string {
  const digest = createHash('sha256')
  for (const path of globSync(SOURCES, { cwd: ROOT }).toSorted()) {
    digest.update(`${path}\n`).update(readFileSync(join(ROOT, path)))
  }
  return digest.digest('hex')
}

/** Vite is there for development alone: what is deployed brings the page that it has built. */
async function bundle(outDir: string): Promise<void> {
  const [{ build }, { default: vue }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-vue'),
  ])
  await build({
    configFile: false,
    root: join(ROOT, 'app/web'),
    logLevel: 'warn',
    plugins: [vue(), emojiData()],
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      __VUE_I18N_LEGACY_API__: 'false',
      __VUE_I18N_FULL_INSTALL__: 'false',
      __INTLIFY_PROD_DEVTOOLS__: 'false',
      __INTLIFY_DROP_MESSAGE_COMPILER__: 'false',
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2024',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { checks: { bundlerTimings: false } },
    },
  })
}

/** One emoji, as the picker needs it: itself, its name, its words, its group. */
type PickedEmoji = readonly [emoji: string, name: string, words: string, group: number]

const EMOJI_FILES: Readonly<Record<string, string>> = {
  en: 'en/emojibase',
  pl: 'pl/cldr-native',
  ru: 'ru/emojibase',
}
const EMOJI_MODULE = /^\0?virtual:emoji\/(\w+)$/

/** Of the data on emoji only what the picker shows gets into the page. */
function emojiData(): Plugin {
  return {
    name: 'emoji data',
    resolveId: (name) => (EMOJI_MODULE.test(name) ? `\0${name}` : undefined),
    load(name) {
      const [, language = ''] = EMOJI_MODULE.exec(name) ?? []
      const file = EMOJI_FILES[language]
      if (file === undefined) return undefined
      const path = join(ROOT, 'node_modules/emoji-picker-element-data', file, 'data.json')
      const entries = JSON.parse(readFileSync(path, 'utf8')) as readonly {
        readonly emoji: string
        readonly annotation: string
        readonly tags?: readonly string[]
        readonly group?: number
      }[]
      const picked = entries.flatMap(({ emoji, annotation, tags = [], group }): PickedEmoji[] =>
        group === undefined ? [] : [[emoji, annotation, tags.join(' '), group]],
      )
      return `export const emoji = JSON.parse(${JSON.stringify(JSON.stringify(picked))})`
    },
  }
}

function compress(folder: string): void {
  for (const path of globSync('**/*.{html,js,css,svg,json}', { cwd: folder })) {
    const bytes = readFileSync(join(folder, path))
    if (bytes.length < COMPRESS_FROM_BYTES) continue
    writeFileSync(join(folder, `${path}.gz`), gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(join(folder, `${path}.br`), brotliCompressSync(bytes, { params }))
  }
}
