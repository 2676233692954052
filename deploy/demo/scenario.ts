import { runDocumentScenario } from './document-scenario.ts'
import { runDossierScenario } from './dossier-scenario.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { runWaitingScenario } from './waiting-scenario.ts'

/**
 * Sends a document and a dossier between agencies, and checks each step over HTTP with the recipient's own
 * key. Rejects with `MissingStep`. Then it begins a case that an agency does not answer.
 */
export async function runScenario(options: ScenarioOptions): Promise<void> {
  await runDocumentScenario(options)
  await runDossierScenario(options)
  await runWaitingScenario(options)
}
