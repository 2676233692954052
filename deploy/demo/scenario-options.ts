import type { Narrator } from './narrator.ts'

export interface ScenarioOptions {
  readonly gateway: string
  /** Folder of the private keys, `<agency code>.<system>.jwk`. */
  readonly keysFolder: string
  /** Folder that the document systems share with the bus, as `<agency code>/in` and `/out`. */
  readonly packagesFolder: string
  readonly narrator: Narrator
}

export const stepTimeoutMs = 30_000
