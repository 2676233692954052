import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** The console's files as a browser gets them. */
export interface ConsoleFiles {
  /** The page that starts the console, at every address of it. */
  readonly page: ConsoleFile
  /** The files that it loads, by their path under `/console/assets`. */
  readonly assets: ReadonlyMap<string, ConsoleFile>
}

export interface ConsoleFile {
  readonly mediaType: string
  readonly etag: string
  readonly text: string
  /** Compressed when first asked for. */
  readonly gzipped: () => Promise<Buffer>
}

const folder = join(import.meta.dirname, 'web')

/** Libraries that are served as their packages have them, by the name that they are imported by. */
const libraries: Readonly<Record<string, string>> = {
  preact: 'preact.js',
  'preact/hooks': 'preact-hooks.js',
  htm: 'htm.js'
}

const compress = promisify(gzip)

/**
 * Reads the console's files. They are served under the digest of all of them, so that a browser may keep them for
 * ever and never mixes files of two releases. `publicPath`: that of the gateway's public URL.
 */
export async function readConsoleFiles(publicPath: string): Promise<ConsoleFiles> {
  const own = globSync('**/*.{js,css,svg}', { cwd: folder }).sort()
  const texts = await Promise.all([
    ...own.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const),
    ...Object.entries(libraries).map(
      async ([name, path]) =>
        [path, await readFile(fileURLToPath(import.meta.resolve(name)), 'utf8')] as const
    )
  ])
  const served = texts.map(([path, text]) => [path, isModule(path) ? withPaths(path, text) : text] as const)
  const digest = createHash('sha256').update(JSON.stringify(served)).digest('hex').slice(0, 16)
  const root = `${publicPath}/console/assets/${digest}`
  const preloads = served.flatMap(([path]) =>
    isModule(path) ? [`<link rel="modulepreload" href="${root}/${path}">`] : []
  )
  const index = await readFile(join(folder, 'index.html'), 'utf8')
  const page = index.replaceAll('{assets}', root).replace('<!--preloads-->', preloads.join('\n    '))
  return {
    page: toFile('index.html', page),
    assets: new Map(served.map(([path, text]) => [`${digest}/${path}`, toFile(path, text)]))
  }
}

function isModule(path: string): boolean {
  return path.endsWith('.js')
}

/** A browser does not know a library by its name: each import of one names its file instead. */
function withPaths(path: string, text: string): string {
  return text
    .replaceAll(/\bfrom\s*(["'])([\w/]+)\1/g, (whole, _quote, name: string) => {
      const file = libraries[name]
      return file === undefined ? whole : `from './${relative(dirname(path), file)}'`
    })
    .replace(/\/\/# sourceMappingURL=.*/, '')
}

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml'
}

function toFile(path: string, text: string): ConsoleFile {
  const mediaType = mediaTypes[path.slice(path.lastIndexOf('.') + 1)]
  if (mediaType === undefined) throw new TypeError(`no media type is known for ${path}`)
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
  let gzipped: Promise<Buffer> | undefined
  return {
    mediaType,
    etag,
    text,
    gzipped: () => {
      gzipped ??= compress(text, { level: 9 })
      return gzipped
    }
  }
}
