import type { Archive } from '#bus/archive/archive.ts'
import type { Control } from '#bus/control/control.ts'
import { type AgencyEntry, holdsAt } from '#bus/control/control-state.ts'
import { sortNames } from '#bus/control/sorted-names.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Inbox } from '../inbox/read.ts'
import type { ActivityTables } from './activity-tables.ts'
import type { ActivityNotes } from './note-activity.ts'
import { lastHeard, placeOf, type RankedAgency, rankAgencies } from './rank-agencies.ts'
import { type SystemActivity, unheard } from './write.ts'

export type { ActivityNotes }

/** When an agency and its systems were last active. Times are in milliseconds since the epoch. */
export interface AgencyActivity {
  readonly agency: string
  readonly name: string
  readonly systems: readonly SystemActivity[]
  /** Entries of its inbox that no system was given; with `isMore` there are more than were counted. */
  readonly backlog: number
  readonly backlogIsMore: boolean
  readonly oldestUnread?: { readonly at: number; readonly hash: string; readonly type: string }
  /** The last time that a system of it published or read; absent if none ever did. */
  readonly silentSince?: number
}

export interface ActivityPage {
  readonly items: readonly AgencyActivity[]
  /** To be given as `after` for the next page; absent at the end. */
  readonly next?: string
}

type Turn = () => Promise<void> | undefined

export interface ListOptions {
  readonly after?: string
  readonly limit: number
  readonly notReadSince?: number
  readonly turn: Turn
}

/** Which agencies are active, and which are silent. */
export interface Activity {
  /** One agency, closed or not. Throws `BUS_NOT_FOUND`. */
  of(agency: string, turn: Turn): Promise<AgencyActivity>
  /**
   * Agencies that are not closed, or only these; the longest silent first. `after` is the `next` of the page before.
   * With `notReadSince` only those none of whose systems has read at or after this instant.
   */
  list(agencies: readonly string[] | undefined, page: ListOptions): Promise<ActivityPage>
}

export interface ActivityOptions {
  readonly store: Store
  readonly control: Pick<Control, 'state'>
  readonly archive: Pick<Archive, 'namesOf'>
  readonly inbox: Pick<Inbox, 'unread'>
  readonly notes: Pick<ActivityNotes, 'flush'>
}

const countedOfOne = 10_000
const countedOfMany = 1000

export function createActivity({ store, control, archive, inbox, notes }: ActivityOptions): Activity {
  const { state } = control
  const sortedCodes = sortNames(state.agencies, ({ code }) => ({ name: code, agencies: [] }))

  /** What is known of the systems of all agencies, or of one. */
  const systemsOf = async (agency?: string): Promise<ReadonlyMap<string, readonly SystemActivity[]>> => {
    await notes.flush()
    const rows = store.reader<ActivityTables>().selectFrom('systemActivity').selectAll()
    const known = await (agency === undefined ? rows : rows.where('agency', '=', agency)).execute()
    const bySystem = new Map(known.map((row) => [row.system, row]))
    const registered = [...state.systems.values()]
      .filter((one) => (agency === undefined || one.agency === agency) && holdsAt(one.span, state.lastAct))
      .map(({ id, agency }) => bySystem.get(id) ?? { ...unheard, system: id, agency })
    const past = known.filter(({ system }) => !holdsAt(state.systems.get(system)?.span, state.lastAct))
    return Map.groupBy([...registered, ...past], (system) => system.agency)
  }

  const complete = async (
    { code, name }: AgencyEntry,
    systems: readonly SystemActivity[],
    question: { readonly max: number; readonly turn: Turn }
  ): Promise<AgencyActivity> => {
    const { count, isMore, oldest } = await inbox.unread(code, question)
    const names = await archive.namesOf(oldest ? [oldest.event] : [])
    const unread = oldest && names.get(oldest.event)
    const silentSince = lastHeard(systems)
    return {
      ...{ agency: code, name, systems, backlog: count, backlogIsMore: isMore },
      ...(oldest && unread
        ? { oldestUnread: { at: oldest.recordedAt, hash: unread.hash, type: oldest.type } }
        : {}),
      ...(silentSince === undefined ? {} : { silentSince })
    }
  }

  return {
    async of(code, turn) {
      const agency = state.agencies.get(code)
      if (!agency) throw new BusError('BUS_NOT_FOUND', 'not-found')
      const systems = await systemsOf(code)
      return complete(agency, systems.get(code) ?? [], { max: countedOfOne, turn })
    },

    async list(agencies, { after, limit, notReadSince = Number.POSITIVE_INFINITY, turn }) {
      const systems = await systemsOf(agencies?.length === 1 ? agencies[0] : undefined)
      await turn()
      const codes = agencies?.toSorted() ?? sortedCodes.of()
      const ranked: RankedAgency[] = []
      for (const one of rankAgencies({ codes, agencies: state.agencies, systems }, after)) {
        if (holdsAt(one.agency.open, state.lastAct) && lastRead(one.systems) < notReadSince) ranked.push(one)
        if (ranked.length > limit) break
      }
      await turn()
      const items: AgencyActivity[] = []
      for (const { agency, systems } of ranked.slice(0, limit)) {
        items.push(await complete(agency, systems, { max: countedOfMany, turn }))
      }
      const last = ranked[limit - 1]
      return {
        items,
        ...(ranked.length > limit && last ? { next: placeOf(last.heard, last.agency.code) } : {})
      }
    }
  }
}

/** 0 if none ever did. */
function lastRead(systems: readonly SystemActivity[]): number {
  return Math.max(...systems.map(({ readAt }) => readAt ?? 0), 0)
}
