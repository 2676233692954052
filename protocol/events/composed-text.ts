/** A run of marks that the Stream-Safe Text Format does not allow (Unicode Standard Annex #15). No language writes so many. */
const longRun = /\p{M}{31}/u
export const maxMarks = 30

/**
 * Whether a text can be composed (NFC) in a time that grows with its length: composing a run of combining marks takes
 * time quadratic in the length of the run, a minute for 150,000 of them.
 */
export function isComposable(text: string): boolean {
  return !longRun.test(text)
}
