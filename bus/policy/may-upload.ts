import { BusError } from '#protocol/errors/bus-error.ts'
import { type ControlState, holdsAt } from '../control/control-state.ts'
import { actorOf } from '../control/decide.ts'
import { checkOpen } from './may-publish.ts'

/**
 * Refuses uploads of a system that may publish nothing now (`BUS_NOT_PERMITTED`):
 * no event of its could list them. Operators may, who could grant themselves any right.
 */
export function checkMayUpload(state: ControlState, system: string): void {
  if (actorOf(state, system).operator) return
  const entry = state.systems.get(system)
  if (!entry?.rights.some(({ span }) => holdsAt(span, state.lastAct))) {
    throw new BusError('BUS_NOT_PERMITTED', 'upload-without-right', { values: { system } })
  }
  checkOpen(state, entry.agency)
}
