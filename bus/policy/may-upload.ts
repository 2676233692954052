import { BusError } from '#protocol/errors/bus-error.ts'
import { type ControlState, holdsAt } from '../control/control-state.ts'
import { actorOf } from '../control/decide.ts'
import { checkOpen } from './may-publish.ts'

/**
 * Throws `BUS_NOT_PERMITTED` if a system has no right to publish: none of its events could list an upload.
 * Operators may upload, since they could grant themselves any right.
 */
export function checkMayUpload(state: ControlState, system: string): void {
  if (actorOf(state, system).operator) return
  const entry = state.systems.get(system)
  if (!entry?.rights.some(({ span }) => holdsAt(span, state.lastAct))) {
    throw new BusError('BUS_NOT_PERMITTED', 'upload-without-right', { values: { system } })
  }
  checkOpen(state, entry.agency)
}
