/** The API document as tests read it. */
export interface ApiDocument {
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly responses: Readonly<Record<string, Response>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
}

export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly description?: string; readonly content: Content }
  readonly responses: Readonly<Record<string, Response & { readonly $ref?: string }>>
  readonly 'x-rights'?: { readonly token: string; readonly session: boolean }
}

export interface Parameter extends Media {
  readonly in: string
  readonly name: string
  readonly required?: boolean
  readonly description?: string
}

export interface Response {
  readonly description?: string
  readonly content?: Content
}

export interface Media {
  readonly schema?: object
  readonly example?: unknown
}

export type Content = Readonly<Record<string, Media>>

export interface NamedOperation {
  /** `GET /v1/events/{hash}`. */
  readonly name: string
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export async function readApiDocument(gateway: string): Promise<ApiDocument> {
  return (await (await fetch(`${gateway}/openapi.json`)).json()) as ApiDocument
}

export function operationsOf({ paths }: ApiDocument): readonly NamedOperation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([key, operation]) => {
      const method = key.toUpperCase()
      return { name: `${method} ${path}`, method, path, operation }
    })
  )
}

/** A response, also where it is a reference to one that operations share. */
export function responsesOf(
  { components }: ApiDocument,
  { responses }: Operation
): readonly (readonly [number, Response])[] {
  return Object.entries(responses).map(([status, response]) => {
    const name = response.$ref?.slice('#/components/responses/'.length)
    return [Number(status), name === undefined ? response : (components.responses[name] ?? {})]
  })
}
