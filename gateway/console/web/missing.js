/**
 * @typedef {object} Missing What an agency should send and has not.
 * @property {string} since
 * @property {string} [due]
 * @property {boolean} [isOverdue]
 * @property {string} [state] What became of the step before it at the agency; none if the agency sent that step itself.
 */

/** @typedef {import('./texts.js').Key} Key */

/** What the agency has not done, and what to do about it. */
const own = /** @type {const} */ (['missing.own', 'next.own'])
const pending = /** @type {const} */ (['missing.pending', 'next.pending'])
const taken = /** @type {const} */ (['missing.taken', 'next.taken'])
const rejected = /** @type {const} */ (['missing.rejected', 'next.rejected'])

/** @type {Readonly<Record<string, readonly [Key, Key]>>} */
const situations = { pending, expired: pending, rejected }

/**
 * Says in words what an agency has not done, by when, and what to do about it.
 * @param {import('./texts.js').Texts} texts
 * @param {Missing} missing
 */
export function sayMissing({ t, time, ago }, { state, since, due, isOverdue = false }) {
  const [what, next] = state === undefined ? own : (situations[state] ?? taken)
  return {
    isUnread: what === 'missing.pending',
    says: t(what, { since: time(since), ago: ago(since) }),
    by:
      due === undefined
        ? ''
        : t(isOverdue ? 'missing.overdue' : 'missing.due', { due: time(due), ago: ago(due) }),
    next: t(next)
  }
}
