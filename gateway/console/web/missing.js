/**
 * @typedef {object} Missing What an agency should send and has not.
 * @property {string} since
 * @property {string} [due]
 * @property {boolean} [isOverdue]
 * @property {readonly ConnectorDelivery[]} [connectors] How connectors of the agency deliver that step.
 * @property {string} [state] What became of the step before it at the agency; none if the agency sent that step itself.
 */

/** @typedef {{ connector: string, state: string, lastError?: object }} ConnectorDelivery */
/** @typedef {import('./texts.js').Key} Key */

/** What the agency has not done, and what to do about it. */
const own = /** @type {const} */ (['missing.own', 'next.own'])
const pending = /** @type {const} */ (['missing.pending', 'next.pending'])
const taken = /** @type {const} */ (['missing.taken', 'next.taken'])
const stuck = /** @type {const} */ (['missing.stuck', 'next.stuck'])
const rejected = /** @type {const} */ (['missing.rejected', 'next.rejected'])

/** @type {Readonly<Record<string, readonly [Key, Key]>>} */
const situations = { pending, expired: pending, rejected }

/** Whether a delivery waits for a person, or has failed and is tried again. @param {ConnectorDelivery} delivery */
export function isStuck({ state, lastError }) {
  return state === 'dead' || state === 'in-doubt' || (state === 'waiting' && lastError !== undefined)
}

/**
 * Says in words what an agency has not done, by when, and what to do about it.
 * @param {import('./texts.js').Texts} texts
 * @param {Missing} missing
 */
export function sayMissing({ t, time, ago }, { state, connectors = [], since, due, isOverdue = false }) {
  const stuckAt = connectors.find(isStuck)?.connector
  const [what, next] =
    stuckAt !== undefined ? stuck : state === undefined ? own : (situations[state] ?? taken)
  return {
    stuckAt,
    isUnread: what === 'missing.pending',
    says: t(what, { since: time(since), ago: ago(since) }),
    by:
      due === undefined
        ? ''
        : t(isOverdue ? 'missing.overdue' : 'missing.due', { due: time(due), ago: ago(due) }),
    next: t(next)
  }
}
