import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** The text of every TypeScript file, by its path in the repository. */
export type Sources = ReadonlyMap<string, string>

export function readSources(repository: string): Sources {
  const files = globSync('*/**/*.ts', { cwd: repository, exclude: ['node_modules/**', 'var/**'] })
  return new Map(files.sort().map((path) => [path, readFileSync(join(repository, path), 'utf8')]))
}

/** An import of another of our files, or of a library. Type imports count too. */
export interface Import {
  /** As it is written. */
  readonly specifier: string
  /** The file's path in the repository; undefined for a library. */
  readonly file: string | undefined
}

const imports = /\b(?:from|import)\s*\(?\s*'([^']+)'/g

export function importsOf(path: string, text: string): readonly Import[] {
  return [...text.matchAll(imports)].map(([, specifier = '']) => ({
    specifier,
    file: fileOf(path, specifier)
  }))
}

function fileOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return normalize(join(dirname(path), specifier))
  return specifier.startsWith('#') ? specifier.slice(1) : undefined
}

/** The existing files that each file imports. */
export function graphOf(sources: Sources): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...sources].map(([path, text]) => {
      const files = importsOf(path, text).map(({ file }) => file)
      return [path, files.filter((file) => file !== undefined && sources.has(file)) as string[]]
    })
  )
}

export function roomOf(path: string): string {
  return path.split('/')[0] ?? ''
}

/** `bus/archive` of `bus/archive/archive.ts`; undefined for a file directly in its room. */
export function partOf(path: string): string | undefined {
  const [room, part, file] = path.split('/')
  return file === undefined ? undefined : `${room}/${part}`
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}
