/** One thing that was looked at: what is wrong with it and what mends it, or that it is well. */
export interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly message: string
}

export function finding(what: string, ok: boolean, message: string, fix: string): Finding {
  return { what, ok, message: ok || fix === '' ? message : `${message}. ${fix}` }
}

/** One finding a problem, each of which says what mends it; one where all is well. */
export function findings(what: string, problems: readonly string[], ok: string): readonly Finding[] {
  return problems.length === 0
    ? [finding(what, true, ok, '')]
    : problems.map((problem) => finding(what, false, problem, ''))
}
