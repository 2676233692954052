/** A named type that a schema uses and a version of another subject defines. */
export interface SchemaReference {
  /** Full name, as the schema writes it. */
  readonly name: string
  readonly subject: string
  readonly version: number
}
