export interface ScenarioOptions {
  readonly gateway: string
  /** Where each system's private key lies, as `<agency code>.<system>.jwk`. */
  readonly keysFolder: string
  /** Where each agency's document system meets the bus, as `<agency code>/in` and `/out`. */
  readonly packagesFolder: string
  /** Tells a step that was seen. */
  readonly say: (line: string) => void
}

export const stepTimeoutMs = 15_000
