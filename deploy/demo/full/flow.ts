import { join } from 'node:path'
import type { InboxItem } from '#client/inbox.ts'
import { type EventDraft, newEvent } from '#client/new-event.ts'
import { type DocumentSystem, openDocumentSystem } from '../document-system.ts'
import type { Spoken } from '../narrator.ts'
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
  readonly says: Spoken
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
  /** Waits for an event, verifies it with the recipient's key, and tells of it. */
  see(sight: Sight): Promise<InboxItem>
  /** Tells what an outside system has. */
  outside(text: Spoken): void
}

export function openFlow({ gateway, keysFolder, packagesFolder, narrator }: ScenarioOptions): Flow {
  const { root, linked } = nextDossierCodes()
  const official = nextOfficial()
  const parties = new Map<string, Promise<Party>>()
  const partyOf = (name: string): Promise<Party> => {
    const party = parties.get(name) ?? openParty({ gateway, keysFolder, name, language: narrator.language })
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
        const { vi, en } = cause instanceof MissingStep ? cause.text : { vi: reason, en: reason }
        throw new MissingStep({
          vi: `không có ${type} về ${subject} từ ${from.name} đến ${to.name}: ${vi}`,
          en: `no ${type} about ${subject} came from ${from.name} to ${to.name}: ${en}`
        })
      })
      const { event, added } = item
      await party.verify(item)
      const flow = event.correlationid ?? event.subject
      if (flow !== wanted)
        throw new MissingStep({
          vi: `${type} (id ${event.id}) nằm trong vụ việc ${flow}, không phải ${wanted}`,
          en: `${type} (id ${event.id}) is in the flow ${flow} instead of ${wanted}`
        })
      count += 1
      const [sender, recipient] = [from, to].map(({ code }) => narrator.agency(code))
      const route = `${type}: ${sender} → ${recipient}`
      const time = narrator.time(added.recordedtime)
      narrator.step({ vi: `Bước ${count}: ${says.vi}`, en: `Step ${count}: ${says.en}` })
      narrator.detail({ vi: route, en: route })
      narrator.detail({
        vi: `id ${event.id}, ghi lúc ${time}, vụ việc ${flow}; chữ ký và biên nhận đúng`,
        en: `id ${event.id}, recorded at ${time}, flow ${flow}; signature and receipt are valid`
      })
      return item
    },

    outside: ({ vi, en }) => narrator.detail({ vi: `bên ngoài: ${vi}`, en: `outside: ${en}` })
  }
}
