import type { OperationDocuments } from './operation-document.ts'
import { attachmentOperations } from './operations/attachments.ts'
import { connectorOperations } from './operations/connectors.ts'
import { consoleOperations } from './operations/console.ts'
import { controlOperations } from './operations/control.ts'
import { deliveryOperations } from './operations/deliveries.ts'
import { descriptionOperations } from './operations/descriptions.ts'
import { eventOperations } from './operations/events.ts'
import { flowOperations } from './operations/flows.ts'
import { inboxOperations } from './operations/inbox.ts'
import { lookupOperations } from './operations/lookups.ts'
import { registryChangeOperations } from './operations/registry-changes.ts'
import { registryReadOperations } from './operations/registry-reads.ts'
import { registrySettingOperations } from './operations/registry-settings.ts'

/** Every operation of the API document, by method and path. */
export const operationDocuments: OperationDocuments = {
  ...eventOperations,
  ...attachmentOperations,
  ...inboxOperations,
  ...flowOperations,
  ...deliveryOperations,
  ...connectorOperations,
  ...lookupOperations,
  ...controlOperations,
  ...registryReadOperations,
  ...registryChangeOperations,
  ...registrySettingOperations,
  ...consoleOperations,
  ...descriptionOperations
}

export const tags = [
  { name: 'events', description: 'Publishing events, and what became of them.' },
  { name: 'inbox', description: "Reading an agency's events, and answering them." },
  { name: 'attachments', description: 'Files that events list, by their SHA-256.' },
  { name: 'flows', description: 'Cases across agencies: where one is and who holds it.' },
  { name: 'deliveries', description: 'What connectors deliver to outside systems.' },
  { name: 'connectors', description: 'Connector instances and what they could not read.' },
  { name: 'lookups', description: 'Who did what, who is silent, and why a request was refused.' },
  {
    name: 'control',
    description: 'Agencies, systems, keys, rights, agreements and schemas, and acts on them.'
  },
  { name: 'registry', description: 'The schema registry, with the Confluent Schema Registry API.' },
  { name: 'console', description: 'Logging people in to the console.' },
  { name: 'trust', description: 'What is needed to verify receipts and to understand answers.' },
  { name: 'descriptions', description: 'Documents that describe this API, for tools.' }
]
