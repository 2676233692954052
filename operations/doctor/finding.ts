/** One thing that was looked at: what is wrong with it and what mends it, or that it is well. */
export interface Finding {
  readonly what: string
  readonly well: boolean
  readonly told: string
}

export function finding(what: string, well: boolean, told: string, mend: string): Finding {
  return { what, well, told: well || mend === '' ? told : `${told}. ${mend}` }
}

/** One finding a problem, each of which says what mends it; one where all is well. */
export function findings(what: string, problems: readonly string[], well: string): readonly Finding[] {
  return problems.length === 0
    ? [finding(what, true, well, '')]
    : problems.map((problem) => finding(what, false, problem, ''))
}
