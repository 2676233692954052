import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { type Token, tokensOf } from '../helpers/source-tokens.ts'

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

/** What names another module, as its tokens follow each other; `'` stands for the text that names it. */
const imports = [
  ['from', "'"],
  ['import', "'"],
  ['import', '(', "'"],
  ['new', 'URL', '(', "'", ',', 'import', '.', 'meta', '.', 'url'],
  ['createRequire', '(', 'import', '.', 'meta', '.', 'url', ')', '(', "'"]
]

export const importsOf = remembering((path, source): readonly Import[] => {
  const code = codeOf(source)
  return code.flatMap((_token, at) =>
    imports
      .filter((sequence) => isAt(code, at, sequence))
      .map((sequence) => code[at + sequence.indexOf("'")]?.text ?? '')
      .map((specifier) => ({ specifier, file: fileOf(path, specifier) }))
  )
})

/** Finds the same of a file again without reading it, as long as its text is the same. */
export function remembering<Result>(
  find: (path: string, text: string) => Result
): (path: string, text: string) => Result {
  const known = new Map<string, { readonly text: string; readonly found: Result }>()
  return (path, text) => {
    const before = known.get(path)
    if (before?.text === text) return before.found
    const found = find(path, text)
    known.set(path, { text, found })
    return found
  }
}

/** The tokens that run: no comments. */
export function codeOf(source: string): readonly Token[] {
  return tokensOf(source).filter(({ kind }) => kind !== 'comment')
}

/** Whether these tokens stand there; `'` is any text without `${}`, `!` is anything else. */
export function isAt(code: readonly Token[], at: number, sequence: readonly string[]): boolean {
  return sequence.every((text, index) => {
    const token = code[at + index]
    const isText = token?.kind === 'text' && !token.isPart
    if (text === "'" || text === '!') return isText === (text === "'")
    return token?.text === text && token.kind !== 'text'
  })
}

/** The package of a library's subpath: `ajv` of `ajv/dist/2020.js`. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
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

/** What only tests use, beside what they test. */
export function isFixture(path: string): boolean {
  return path.includes('/fixtures/')
}
