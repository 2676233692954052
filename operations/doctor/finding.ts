/** The result of one check: a problem and how to fix it, or what was found to be right. */
export interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly message: string
}

export function finding(what: string, ok: boolean, message: string, fix: string): Finding {
  return { what, ok, message: ok || fix === '' ? message : `${message}. ${fix}` }
}

/** One finding for each problem, whose text says how to fix it; one finding if there is none. */
export function findings(what: string, problems: readonly string[], ok: string): readonly Finding[] {
  return problems.length === 0
    ? [finding(what, true, ok, '')]
    : problems.map((problem) => finding(what, false, problem, ''))
}
