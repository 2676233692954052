/** A named type a schema uses and another subject's version defines. */
export interface SchemaReference {
  /** Full name, as the schema writes it. */
  readonly name: string
  readonly subject: string
  readonly version: number
}
