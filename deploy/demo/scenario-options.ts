export interface ScenarioOptions {
  readonly gateway: string
  /** Folder of the private keys, `<agency code>.<system>.jwk`. */
  readonly keysFolder: string
  /** Folder that the document systems share with the bus, as `<agency code>/in` and `/out`. */
  readonly packagesFolder: string
  /** Reports a step that succeeded. */
  readonly say: (line: string) => void
}

export const stepTimeoutMs = 30_000
