/** What usually follows a status of a dossier. No rule prescribes it: another order is carried, and flagged. */
const usual: Readonly<Record<string, readonly string[]>> = {
  1: ['2', '3', '5', '7'],
  2: ['4', '5', '6', '7', '8'],
  3: [],
  4: ['5', '6', '7', '8', '9'],
  5: ['2', '4', '7', '8'],
  6: ['4', '7', '8', '9'],
  7: [],
  8: [],
  9: ['10'],
  10: []
}

/** Finished: not received, withdrawn, stopped, processed, or its result returned. */
const finished = ['3', '7', '8', '9', '10']

/** Processed, or the citizen asked to pay. */
const workedOn = ['4', '6']

export const supplementAsked = '5'

export function isFinished(status: string): boolean {
  return finished.includes(status)
}

/** Whether a desk works on a dossier: whatever it asked for, it has, even if it has not noted the receipt. */
export function isWorkedOn(status: string): boolean {
  return workedOn.includes(status)
}

/** Whether a status does not usually follow another. Nothing is known of codes that are not in the list. */
export function isUnusual(from: string | undefined, to: string): boolean {
  if (from === undefined || from === to || !Object.hasOwn(usual, from) || !Object.hasOwn(usual, to))
    return false
  return !usual[from]?.includes(to)
}
