import { runDocumentScenario } from './document-scenario.ts'
import { runDossierScenario } from './dossier-scenario.ts'

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

/** A document and a dossier crossing agencies, each step seen over HTTP with the recipient's own key. Rejects with `MissingStep`. */
export async function runScenario(options: ScenarioOptions): Promise<void> {
  await runDocumentScenario(options)
  await runDossierScenario(options)
}
