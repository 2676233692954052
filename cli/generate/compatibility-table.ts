import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'

/** Two versions of a schema whose compatibility is known. */
export interface SchemaPair {
  /** What it is about: the name of the file it is written in. */
  readonly category: string
  /** What the newer version does to the older one; known by it within its category. */
  readonly name: string
  readonly old: Version
  readonly new: Version
  /** Why our verdict is not Apicurio's, where it is not. */
  readonly because: string | undefined
}

export interface Version {
  /** Avro, as JSON text. */
  readonly schema: string
  readonly references: readonly Reference[]
}

/** A schema that another one uses by its name. */
export interface Reference {
  /** The full name of the type it defines. */
  readonly name: string
  readonly schema: string
}

/** `refused`: one of the two is no schema, or none that can be compared. */
export type Verdict = 'yes' | 'no' | 'refused'

/** Whether each version reads what was written with the other. */
export interface Verdicts {
  readonly newReadsOld: Verdict
  readonly oldReadsNew: Verdict
}

/** The table's folder; the pairs are in it as YAML, a file each category. */
const folder = 'tests/protocol/avro/compatibility'
/** What Apicurio said, as `npm run apicurio` wrote it down. */
export const recordedFile = `${folder}/apicurio.json`

interface WrittenPair {
  readonly name: string
  readonly old: unknown
  readonly new: unknown
  readonly references?: readonly WrittenReference[]
  /** The newer version's, where they are not the older one's. */
  readonly newReferences?: readonly WrittenReference[]
  readonly because?: string
}

interface WrittenReference {
  readonly name: string
}

/** All pairs, by category. */
export function loadPairs(root: string): readonly SchemaPair[] {
  const pairs = join(root, folder, 'pairs')
  return readdirSync(pairs)
    .sort()
    .flatMap((file) => {
      const written = parse(readFileSync(join(pairs, file), 'utf8')) as readonly WrittenPair[]
      return written.map((pair) => toPair(basename(file, '.yaml'), pair))
    })
}

export interface Recorded {
  /** The version of Apicurio Registry that was asked. */
  readonly version: string
  /** By `keyOf` of the pair. */
  readonly verdicts: Readonly<Record<string, Verdicts>>
}

export function loadRecorded(root: string): Recorded {
  return JSON.parse(readFileSync(join(root, recordedFile), 'utf8')) as Recorded
}

export function keyOf({ category, name }: SchemaPair): string {
  return `${category}: ${name}`
}

function toPair(category: string, written: WrittenPair): SchemaPair {
  const { name, references = [], newReferences = references, because } = written
  return {
    category,
    name,
    old: { schema: JSON.stringify(written.old), references: references.map(toReference) },
    new: { schema: JSON.stringify(written.new), references: newReferences.map(toReference) },
    because
  }
}

function toReference(schema: WrittenReference): Reference {
  return { name: schema.name, schema: JSON.stringify(schema) }
}
