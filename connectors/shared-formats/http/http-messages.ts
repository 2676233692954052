export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** By lower-case name; of headers that occur more than once, all, separated by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}
