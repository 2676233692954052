/** A named type that a schema uses and a version of another subject defines. */
export interface SchemaReference {
  /** Full name, as the schema writes it. */
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** The same references in one order, each once and as JSON: their order means nothing. */
export function sortedReferences(references: readonly SchemaReference[]): readonly string[] {
  const rows = references.map(({ name, subject, version }) => JSON.stringify([name, subject, version]))
  return [...new Set(rows)].sort()
}
