import { type Token, tokensOf } from '../helpers/source-tokens.ts'

/**
 * Words that this project used for ideas that have a standard name, and those names (`docs/glossary.md`).
 * They must not appear in any identifier, wire key, error code, file name or metric.
 */
export const oldWords: readonly (readonly [RegExp, string])[] = [
  [
    /hand-?overs?|handed-?over|hands-?over/,
    'delivery status: pending, delivered, accepted, rejected, expired, recalled'
  ],
  [/set-?aside|keep-?aside/, 'quarantined'],
  [/read-?(package-)?apart/, 'parseInWorker'],
  [/given-event/, 'OutboundEvent'],
  [/(^|-)to-found$/, 'toInboundItem'],
  [/give-back/, 'releaseLease'],
  [/held-record|un-?held/, 'StoredRecord, uncommitted'],
  [/known-(way|path)s?|way-of|leads-to/, 'inclusionPath, verifyInclusion'],
  [/(^|-)things?(-|$)/, 'resource'],
  [/(^|-)(fold|folds|folded)(-|$)/, 'apply, the control state'],
  [/(^|-)fellows?(-|$)/, 'peers'],
  [/(^|-)(beat|beats|beating)(-|$)/, 'heartbeat'],
  [/(^|-)everywhere(-|$)/, 'waitUntilPropagated'],
  [/(^|-)standing(-|$)/, 'status, or authorization'],
  [/(^|-)endings(-|$)/, 'expiry and recall'],
  [/(^|-)re-?enter(ed|s)?(-|$)/, 'reinstate'],
  [/(^|-)worded(-|$)/, 'format'],
  [/(^|-)(told|untold)(-|$)/, 'message, reported'],
  [/(^|-)(mend|mends|mended)(-|$)/, 'fix'],
  [/(^|-)amiss(-|$)/, 'PROBLEM'],
  [/whole-log/, 'log export'],
  [/new-life/, 'epoch'],
  [/(^|-)(planted|plants)(-|$)/, 'seeded fault'],
  [/^(together|pieces|limited|within)$/, 'pipeline, chunks, withTimeout, traced'],
  [/^settled$/, 'acknowledge'],
  [/^well$/, 'ok']
]

/** Old as they are written here alone: types, and a function. */
const oldNames = new Map([
  ['Found', 'InboundItem'],
  ['Held', 'AppendOutcome, RunningChannel'],
  ['listed(', 'valuesTable']
])

/** Values on the wire that have another name now. */
const oldValues = /^(available|handedOver|handed-over)$/

/** Phrases that people no longer read, in a comment, a text or a page. */
const oldPhrases: readonly (readonly [RegExp, string])[] = [
  [/\bhanded[- ]?over\b|\bhand-?overs?\b|\bhands over\b/i, 'delivery, delivered'],
  [/\bset aside\b/i, 'quarantined'],
  [/\b(stands?|standing|stood) still\b/i, 'paused, stopped'],
  [/\bstands elsewhere\b/i, 'does not match'],
  [/\bheard of\b/i, 'control state is stale'],
  [/\bamiss\b/i, 'a problem'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bknown (way|path)s?\b/i, 'inclusion path'],
  [/\bfold(s|ed)?\b/i, 'apply, the control state'],
  [/\bfellows?\b/i, 'peers'],
  [/\bre-?enter(s|ed)?\b/i, 'reinstate'],
  [/\bnew life\b/i, 'epoch'],
  [/\bplanted\b/i, 'seeded'],
  [/\bworded\b/i, 'formatted'],
  [/\blest\b/i, 'so that … not'],
  [/"(state|status)": ?"refused"/, 'rejected']
]

/** What is called by an old word in a source file. */
export function faultsInSource(source: string): readonly string[] {
  const tokens = tokensOf(source)
  return tokens.flatMap((token, at) => {
    const { kind, text } = token
    if (kind === 'name') {
      const now = oldNames.get(text) ?? oldNames.get(text + tokens[at + 1]?.text)
      const old = now === undefined ? [] : [`${text} is called ${now}`]
      return [...old, ...faultsInName(text), ...faultsInState(tokens, at)]
    }
    if (kind === 'comment' || (kind === 'text' && /\s/.test(text))) return faultsInProse(text)
    if (kind !== 'text') return []
    const names = text.match(/[A-Za-z_$][\w$-]*/g) ?? []
    const values = oldValues.test(text) ? [`'${text}' has another name on the wire`] : []
    return [
      ...names.filter((name) => !namesOnly.test(name)).flatMap(faultsInName),
      ...values,
      ...faultsInProse(text)
    ]
  })
}

/** Words that are old as names alone; as values they are common. */
const namesOnly = /^(settled|well|together|pieces|limited|within)$/

/** An old word in a name, whether its parts are joined by capitals, hyphens or underscores. */
export function faultsInName(name: string): readonly string[] {
  const parts = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .replaceAll(/[_.]/g, '-')
    .toLowerCase()
  return oldWords.flatMap(([word, now]) => (word.test(parts) ? [`${name} is called ${now}`] : []))
}

export function faultsInProse(text: string): readonly string[] {
  return oldPhrases.flatMap(([phrase, now]) => {
    const found = phrase.exec(text)?.[0]
    return found === undefined ? [] : [`"${found}" is called ${now}`]
  })
}

/** `refused` among the values of a member or a variable that is called `state` or `status`. */
function faultsInState(tokens: readonly Token[], at: number): readonly string[] {
  if (!/^(state|status)$/.test(tokens[at]?.text ?? '')) return []
  for (const { kind, text } of tokens.slice(at + 1)) {
    if (kind === 'text' && text === 'refused') return [`${tokens[at]?.text} 'refused' is called 'rejected'`]
    if (kind !== 'text' && !/^[?:=!|]$/.test(text)) break
  }
  return []
}
