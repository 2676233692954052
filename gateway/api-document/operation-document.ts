import type { ErrorCode } from '#protocol/errors/catalogue.ts'

/** What the API document says of an operation beyond the schemas that its route checks requests with. */
export interface OperationDocument {
  /** `operationId`: generated clients name their functions by it. */
  readonly id: string
  readonly description: string
  /** What the bus itself reads of a body: routes have no schema for it. */
  readonly body?: BodyDocument
  /** Parameters that no schema of the route names. */
  readonly parameters?: readonly ParameterDocument[]
  /** The answers to requests that succeed, by status; none for what the registry's API has and this one always refuses. */
  readonly answers: Readonly<Record<number, AnswerDocument>>
  /** Codes that this operation can answer beyond those of all its kind; see `problem-answers.ts`. */
  readonly errors?: readonly ErrorCode[]
  /** Refusals are answered with a page, if a browser asks. */
  readonly hasRefusalPages?: true
  /** The same for routes of the schema registry: its own numbers. */
  readonly registryErrors?: readonly number[]
}

export interface BodyDocument {
  readonly description: string
  readonly isOptional?: true
  readonly content: Readonly<Record<string, MediaDocument>>
}

export interface MediaDocument {
  readonly schema: object
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>
}

export interface ParameterDocument {
  readonly in: 'header' | 'query'
  readonly name: string
  readonly isRequired?: true
  readonly description: string
  readonly schema: object
  readonly example: unknown
}

export interface AnswerDocument {
  readonly description: string
  /** Default: the schema that the route serializes the answer with; without one the answer has no content. */
  readonly schema?: object
  readonly example?: unknown
  /** Default: `application/json`. */
  readonly mediaTypes?: readonly string[]
  /** Content in other media types. */
  readonly others?: Readonly<Record<string, MediaDocument>>
  readonly headers?: Readonly<Record<string, HeaderDocument>>
}

export interface HeaderDocument {
  readonly description: string
  readonly schema: object
}

/** Operations by method and path, as the document writes them: `GET /v1/events/{hash}`. */
export type OperationDocuments = Readonly<Record<string, OperationDocument>>

export const toComponent = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
