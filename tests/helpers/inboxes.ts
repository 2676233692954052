import type { TestContext } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { type AgencyEntry, emptyControlState, type SystemEntry } from '#bus/control/control-state.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { createCursors } from '#consumers/inbox/cursor.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { type InboxTables, inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createInbox, type InboxPage } from '#consumers/inbox/read.ts'
import type { ProjectedEvent } from '#consumers/projector/projected-event.ts'
import { createSignals } from '#engines/signals/signals.ts'
import type { TablesOfPart } from '#engines/store/store.ts'
import { projectedEvent } from './projected-event.ts'
import type { OpenStore } from './stores.ts'

export interface Sent {
  readonly from: string
  readonly to: readonly string[]
  readonly subject?: string
  readonly type?: string
  /** RFC 3339. */
  readonly expirytime?: string
  /** RFC 3339; default: now. */
  readonly recordedTime?: string
  /** A connector of the bus published it. */
  readonly hosted?: boolean
}

const span = { from: 0, to: undefined }
const key = { kid: 'k', jwk: {}, thumbprint: 'k', span, validFromAt: 0, validToAt: Number.POSITIVE_INFINITY }
const reader = { span, suspensions: [], keys: [key], roles: [], rights: [] } as unknown as SystemEntry

function systemOf(agency: string): string {
  return `/agencies/${agency}/systems/qlvb`
}

/** Inboxes without a bus: what the projector would do, and nothing that it leaves for later. */
export async function openInboxes(openStore: OpenStore, t: TestContext, more: readonly TablesOfPart[] = []) {
  const store = await openStore(t, [archiveTables, inboxTables, recipientStatusTables, ...more])
  const archive = createArchive(store)
  const recipientStatuses = createRecipientStatuses({ store, now: Date.now })
  const state = { ...emptyControlState(), lastAct: 1 }
  const options = { store, archive, recipientStatuses, now: Date.now, settledNow: Date.now }
  /** As another process would have it. */
  const reopen = () => createExpiryAndRecall(options)
  const expiryAndRecall = reopen()
  const inbox = createInbox({
    ...options,
    control: { state, keyOf: () => undefined, sync: async () => {} },
    expiryAndRecall,
    cursors: createCursors(Buffer.alloc(32), 1),
    signals: createSignals(),
    meta: { epoch: 1, restores: [] }
  })
  let number = 0

  const toEvent = ({
    from,
    to,
    subject = 'x',
    type = 'document.issued.v1',
    expirytime,
    recordedTime,
    hosted = false
  }: Sent): ProjectedEvent => {
    number += 1
    const source = systemOf(from)
    const projected = projectedEvent(number, { type, from: source, subject, agency: '' })
    for (const agency of to) state.agencies.set(agency, {} as AgencyEntry)
    return {
      ...projected,
      ...(recordedTime === undefined ? {} : { recordedTime }),
      hosted,
      expiresAt: expirytime === undefined ? undefined : Date.parse(expirytime),
      grants: to.map((agency) => ({ agency, agreement: undefined }))
    }
  }

  /** Projects events in one transaction; gives them. */
  const project = async (...sent: readonly Sent[]): Promise<readonly ProjectedEvent[]> => {
    const events = sent.map(toEvent)
    const agencies = [...new Set(sent.flatMap(({ to }) => to))].sort()
    await store.transaction(async (transaction) => {
      await appendEvents(transaction, events)
      const apply = await beginApplyingToInboxes(transaction, agencies)
      await apply(events)
    })
    return events
  }

  /** Of one agency, or of all: what was entered, by inbox and number. */
  const entries = (agency?: string) => {
    const all = store.reader<InboxTables>().selectFrom('inboxEntries').selectAll()
    return (agency === undefined ? all : all.where('agency', '=', agency))
      .orderBy('agency')
      .orderBy('number')
      .execute()
  }

  const page = (agency: string, after?: string): Promise<InboxPage> => {
    state.systems.set(systemOf(agency), { ...reader, id: systemOf(agency), agency })
    return inbox.page(
      { agency, system: systemOf(agency), kid: 'k' },
      { ...(after === undefined ? {} : { after }), limit: 500, types: [], waitMs: 0 },
      {
        signal: new AbortController().signal,
        checkFresh: () => {},
        turn: () => undefined,
        takeRoom: () => undefined
      }
    )
  }

  return { store, archive, recipientStatuses, expiryAndRecall, reopen, inbox, project, entries, page }
}
