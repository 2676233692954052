import type { Archive } from '#bus/archive/archive.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import type { Store } from '#engines/store/store.ts'
import type { Inbox } from '../inbox/read.ts'
import type { FlowQuery } from './criteria.ts'
import type { FlowState, FlowSummary, Missing } from './describe.ts'
import { openFlowIndex } from './flow-index.ts'
import type { FlowTables } from './flow-tables.ts'
import { beginGeneration, type Generation, generationsIn, lane, liveIn } from './generations.ts'
import { createPayloadReaders } from './payload-reader.ts'
import type { FlowReader } from './rights.ts'
import { type FlowPage, type PageRequest, searchFlows } from './search.ts'
import type { StuckDeliveries } from './stuck-deliveries.ts'
import { type FlowStep, type Timeline, timelineOf, type VisibleStep } from './timeline.ts'

export type {
  FlowPage,
  FlowQuery,
  FlowReader,
  FlowState,
  FlowStep,
  FlowSummary,
  Missing,
  PageRequest,
  Timeline,
  VisibleStep
}

/** How far the view is. */
export interface FlowsStatus {
  /** Events in the archive that are not in it yet. */
  readonly behind: number
  /** A view that is being made beside it, if one is: how many events it has. */
  readonly rebuilding?: number
  /** Events in the archive. */
  readonly events: number
}

/** The view of flows: where each case is, who holds it, what is missing. */
export interface Flows {
  search(
    reader: FlowReader,
    query: FlowQuery,
    page: PageRequest
  ): Promise<FlowPage & Pick<FlowsStatus, 'behind'>>
  /** Undefined if there is no step of it that the reader may see. `after` is the number of a step. */
  timeline(
    reader: FlowReader,
    flow: string,
    page: { readonly after: number; readonly limit: number }
  ): Promise<Timeline | undefined>
  status(): Promise<FlowsStatus>
  /** Has the view made again from the archive, beside the one that is searched until it is done. */
  rebuild(): Promise<void>
}

export interface FlowsOptions extends StuckDeliveries {
  readonly store: Store
  readonly archive: Archive
  readonly inbox: Pick<Inbox, 'readable'>
  readonly eventTypes: Pick<EventTypes, 'current'>
  readonly now: () => number
}

export function createFlows({ eventTypes, ...options }: FlowsOptions): Flows {
  const { store, archive } = options
  const looks = { ...options, readers: createPayloadReaders(eventTypes) }

  const live = () => liveIn(store.reader<FlowTables>())
  const lastNumber = async (): Promise<number> => (await archive.last())?.number ?? 0

  return {
    async search(reader, query, page) {
      const { generation, position } = await live()
      const found = await searchFlows(looks, openFlowIndex(store, generation), position, {
        reader,
        query,
        page
      })
      return { ...found, behind: (await lastNumber()) - position }
    },

    async timeline(reader, flow, page) {
      const { generation } = await live()
      return timelineOf(looks, openFlowIndex(store, generation), { reader, flow, ...page })
    },

    async status() {
      const all = await generationsIn(store.reader<FlowTables>())
      const positionOf = (wanted: Generation['state']) => all.find(({ state }) => state === wanted)?.position
      const events = await lastNumber()
      const rebuilding = positionOf('building')
      return {
        events,
        behind: events - (positionOf('live') ?? 0),
        ...(rebuilding === undefined ? {} : { rebuilding })
      }
    },

    rebuild: () => store.transaction(beginGeneration, { lane })
  }
}
