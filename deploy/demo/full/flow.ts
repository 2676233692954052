import { join } from 'node:path'
import type { InboxItem } from '#client/inbox.ts'
import { type EventDraft, newEvent } from '#client/new-event.ts'
import { type DocumentSystem, openDocumentSystem } from '../document-system.ts'
import { MissingStep, openParty, type Party } from '../party.ts'
import { type ScenarioOptions, stepTimeoutMs } from '../scenario-options.ts'
import { type Actor, department } from './cast.ts'
import { nextOfficial, type Official } from './official.ts'
import { nextDossierCodes } from './records.ts'

/** An event that must reach an agency. */
export interface Sight {
  readonly type: string
  readonly subject: string
  readonly from: Actor
  readonly to: Actor
  /** The recipient's system, whose key reads its inbox. */
  readonly system: string
  /** Default: that of the case. */
  readonly flow?: string
  /** Which of several events of the type. */
  readonly where?: (data: Readonly<Record<string, unknown>>) => boolean
  /** What has happened, in words. */
  readonly says: string
}

/** What is played: all events of the case have one `correlationid`; the account of the official is a flow of its own. */
export interface Flow {
  readonly official: Official
  /** The code of the citizen's dossier, which is the flow too. */
  readonly root: string
  /** A dossier that is linked under it. */
  readonly linked: string
  /** The document system of the department. */
  readonly documents: DocumentSystem
  /** A system without a connector publishes an event of the case, with its own key. */
  publish(from: Actor, system: string, draft: Omit<EventDraft, 'correlationid'>): Promise<void>
  /** Waits for an event, verifies it with the recipient's key, and tells it. */
  see(sight: Sight): Promise<InboxItem>
  /** Tells what an outside system has. */
  outside(text: string): void
}

export function openFlow({ gateway, keysFolder, packagesFolder, say }: ScenarioOptions): Flow {
  const { root, linked } = nextDossierCodes()
  const official = nextOfficial()
  const parties = new Map<string, Promise<Party>>()
  const partyOf = (name: string): Promise<Party> => {
    const party = parties.get(name) ?? openParty({ gateway, keysFolder, name })
    parties.set(name, party)
    return party
  }
  let count = 0
  return {
    ...{ root, linked, official },
    documents: openDocumentSystem(department.code, join(packagesFolder, department.code)),

    async publish(from, system, draft) {
      const { client } = await partyOf(`${from.code}.${system}`)
      await client.publish(newEvent(client.system, { ...draft, correlationid: root }))
    },

    async see({ type, subject, from, to, system, flow: wanted = root, where = () => true, says }) {
      const party = await partyOf(`${to.code}.${system}`)
      const isIt = ({ event }: InboxItem): boolean =>
        event.type === type &&
        event.subject === subject &&
        event.source.startsWith(`/agencies/${from.code}/`) &&
        where(event.data)
      const item = await party.waitFor(isIt, stepTimeoutMs).catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : cause
        throw new MissingStep(`no ${type} about ${subject} came from ${from.name} to ${to.name}: ${reason}`)
      })
      const { event, added } = item
      const { signature, receipt } = await party.verify(item)
      if (signature !== 'good' || receipt !== 'good') {
        throw new MissingStep(`the signature or the receipt of ${type} (id ${event.id}) is not valid`)
      }
      const flow = event.correlationid ?? event.subject
      if (flow !== wanted)
        throw new MissingStep(`${type} (id ${event.id}) is in the flow ${flow} instead of ${wanted}`)
      count += 1
      say(`Step ${count}: ${says}`)
      say(`  ${type}: ${from.name} (${from.code}) → ${to.name} (${to.code})`)
      say(`  id ${event.id}, recorded ${added.recordedtime}, flow ${flow}; signature and receipt verified`)
      return item
    },

    outside: (text) => say(`  outside: ${text}`)
  }
}
