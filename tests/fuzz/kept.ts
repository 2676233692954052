import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** An input as it lies in a file. */
export interface Kept {
  readonly surface: string
  /** Why it was kept. */
  readonly why: string
  readonly input: unknown
}

/** Inputs that once broke something, or stand for a class; replayed by every run and by the tests. */
export const corpusFolder = join(import.meta.dirname, 'corpus')

/** Writes an input under a name made of what it is; gives the file. */
export function keep(folder: string, kept: Kept): string {
  mkdirSync(folder, { recursive: true })
  const text = `${JSON.stringify(kept, null, 2)}\n`
  const digest = createHash('sha256').update(JSON.stringify(kept.input)).digest('hex').slice(0, 12)
  const why = kept.why.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)
  const file = join(folder, `${why}-${digest}.json`)
  writeFileSync(file, text)
  return file
}

export function readKept(file: string): Kept {
  return JSON.parse(readFileSync(file, 'utf8')) as Kept
}

/** The kept inputs of one surface, in the order of their names. */
export function keptIn(folder: string, surface: string): readonly (Kept & { readonly name: string })[] {
  return globSync(join(folder, '**', '*.json'))
    .sort()
    .map((file) => ({ ...readKept(file), name: basename(file) }))
    .filter((kept) => kept.surface === surface)
}
