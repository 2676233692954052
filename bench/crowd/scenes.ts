import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { operatorSystem } from '#bus/control/control-state.ts'
import type { Client } from '#client/client.ts'
import { newEvent } from '#client/new-event.ts'
import { exampleDocument } from '#tests/faults/load.ts'
import { systemOf } from '#tests/faults/province.ts'
import { exampleData } from '#tests/helpers/example-data.ts'
import { large } from './fill.ts'
import { documentType, dossierAgreement, dossierType, providerCode, unusedType } from './province.ts'

/** What goes on beside the publisher. */
export interface Scene {
  readonly name: string
  /** Who reads, and the addresses that each asks in turn; none: nobody. */
  readonly reading?: {
    readonly by: readonly string[]
    readonly paths: readonly string[]
    readonly everyMs: number
  }
  /** Done while it is measured. */
  readonly during?: (crowd: Crowd) => Promise<unknown>
}

export interface Crowd {
  readonly folder: string
  readonly operator: Client
  readonly provider: Client
  readonly agencies: number
}

const { unread, expiring, withheld } = large
const readers = Object.values(large).map(systemOf)
const lists = [
  '/v1/agencies?limit=1',
  '/v1/systems?limit=1',
  '/v1/rights?limit=1',
  '/v1/agreements?limit=1',
  `/v1/agreements?agency=${unread}`,
  `/v1/agreements/${dossierAgreement.split('/')[2]}`,
  `/v1/agencies/${unread}`,
  '/v1/agencies?limit=100'
]
const activity = [
  '/v1/activity?limit=1',
  '/v1/activity?limit=100',
  `/v1/agencies/${unread}/activity`,
  '/v1/acts?limit=1',
  '/v1/acts?q=tai&limit=1',
  '/v1/flows?q=quyet&limit=1'
]
const expiringAtOnce = 20_000

const expiry = async ({ folder }: Crowd): Promise<void> => {
  const db = new DatabaseSync(join(folder, 'store.sqlite'), { timeout: 5000 })
  try {
    db.prepare(
      'UPDATE "inboxEntries" SET "expiresAt" = ? WHERE agency = ? AND ended = 0 AND number IN (SELECT number FROM "inboxEntries" WHERE agency = ? AND ended = 0 LIMIT ?)'
    ).run(Date.now(), expiring, expiring, expiringAtOnce)
  } finally {
    db.close()
  }
}

const acts = async ({ operator }: Crowd): Promise<void> => {
  for (let index = 0; index < 30; index += 1) {
    const resource = `/agreements/more-${process.hrtime.bigint()}`
    const parties = { provider: providerCode, consumer: `A${index}` }
    const terms = { types: [dossierType], purpose: 'x', legalBasis: 'x', previous: null }
    const path = '/v1/agreements'
    let { hash } = (await operator.act(path, {
      act: 'agreement.drafted',
      resource,
      ...parties,
      ...terms
    })) as {
      hash: string
    }
    for (const act of ['agreement.signed', 'agreement.suspended', 'agreement.ended']) {
      const done = (await operator.act(path, { act, resource, previous: hash })) as { hash: string }
      hash = done.hash
    }
  }
}

/** Ten documents to 500 agencies each, and their recall. */
const recall = async ({ provider, agencies }: Crowd): Promise<void> => {
  for (let index = 0; index < 10; index += 1) {
    const recipients = Array.from(
      { length: Math.min(500, agencies) },
      (_, at) => `A${(index * 500 + at) % agencies}`
    )
    const subject = `${providerCode},2026/11/28,${process.hrtime.bigint()}/VP`
    const from = { ...(exampleDocument.from as object), organId: providerCode }
    const data = { ...exampleDocument, from, documentId: subject, attachments: [] }
    const source = systemOf(providerCode)
    await provider.publish(newEvent(source, { type: documentType, subject, recipients, data }))
    const recalled = { ...data, affectedDocumentId: subject, reason: 'Đo tải' }
    await provider.publish(
      newEvent(source, { type: 'document.recalled.v1', subject, recipients, data: recalled })
    )
  }
}

/** Twenty events, each to 400 agencies that may see it by agreements of theirs. */
const agreed = async ({ provider }: Crowd): Promise<void> => {
  const recipients = Array.from({ length: 400 }, (_, at) => `A${at + 10}`)
  for (let index = 0; index < 20; index += 1) {
    const subject = `${providerCode}-${process.hrtime.bigint()}`
    const data = { ...exampleData('dossier/status-changed.v1'), dossierCode: subject }
    const event = newEvent(systemOf(providerCode), { type: dossierType, subject, recipients, data })
    await provider.publish(event)
  }
}

export const quiet: Scene = { name: 'quiet' }

export const scenes: readonly Scene[] = [
  {
    name: 'long polls, no match',
    reading: { by: readers, paths: [`/v1/inbox?type=${unusedType}&waitSeconds=5{next}`], everyMs: 0 }
  },
  {
    name: 'pages from the start, no match',
    reading: { by: readers, paths: [`/v1/inbox?type=${unusedType}&limit=1`], everyMs: 1000 }
  },
  {
    name: 'pages of withheld entries',
    reading: {
      by: [systemOf(withheld)],
      paths: ['/v1/inbox?limit=1', '/v1/inbox?limit=100'],
      everyMs: 20_000
    }
  },
  {
    name: 'pages from an instant',
    reading: {
      by: readers.slice(0, 2),
      paths: ['/v1/inbox?from=2026-01-01T00:00:00Z&limit=1'],
      everyMs: 1000
    }
  },
  { name: 'lists of the control state', reading: { by: [operatorSystem], paths: lists, everyMs: 1000 } },
  { name: 'activity, acts, flows', reading: { by: [operatorSystem], paths: activity, everyMs: 2000 } },
  { name: 'acts on agreements', during: acts },
  { name: 'events under 10,000 agreements', during: agreed },
  { name: `${expiringAtOnce.toLocaleString('en')} entries expire`, during: expiry },
  {
    name: 'pages of ended entries',
    reading: { by: [systemOf(expiring)], paths: ['/v1/inbox?limit=1'], everyMs: 1000 }
  },
  { name: 'recalls with 5,000 recipients', during: recall }
]
