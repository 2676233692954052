import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'

/** Two versions of a schema with known verdicts. */
export interface SchemaPair {
  /** The name of its file. */
  readonly category: string
  /** What the newer version changes; unique in its category. */
  readonly name: string
  readonly old: Version
  readonly new: Version
  /** Why our verdict differs from Apicurio's, if it does. */
  readonly because: string | undefined
}

export interface Version {
  /** Avro, as JSON text. */
  readonly schema: string
  readonly references: readonly Reference[]
}

/** A schema that another one uses by its name. */
export interface Reference {
  /** The full name of the type that it defines. */
  readonly name: string
  readonly schema: string
}

/** `refused`: one of the two is not a schema, or cannot be compared. */
export type Verdict = 'yes' | 'no' | 'refused'

/** Whether each version can read data written with the other. */
export interface Verdicts {
  readonly newReadsOld: Verdict
  readonly oldReadsNew: Verdict
}

/** The table's folder, with the pairs as YAML, one file for each category. */
const folder = 'tests/protocol/avro/compatibility'
/** Apicurio's verdicts, stored by `npm run apicurio`. */
export const recordedFile = `${folder}/apicurio.json`

interface WrittenPair {
  readonly name: string
  readonly old: unknown
  readonly new: unknown
  readonly references?: readonly WrittenReference[]
  /** References of the newer version, if they differ from those of the older one. */
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
