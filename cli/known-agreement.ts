import type { Control, Resource } from './control.ts'

/** An agreement, as `/v1/agreements` shows it. */
export interface Agreement extends Resource, Terms {}

export interface Terms {
  readonly provider: string
  readonly consumer: string
  readonly types: readonly string[]
  readonly purpose: string
  readonly legalBasis: string
  readonly validFrom?: string
  readonly validTo?: string
}

/** Who may send what to whom, why, and for how long. */
export function termsOf(
  agreement: Terms,
  nameOf: (code: string) => string,
  { texts, t }: Pick<Control, 'texts' | 't'>
): string {
  const { provider, consumer, types, purpose, legalBasis, validFrom, validTo } = agreement
  const events = types.map((type) => {
    const name = texts.eventName(type)
    return name === undefined ? type : `${name} (${type})`
  })
  return [
    `${texts.t('agreement.provider')}: ${nameOf(provider)}`,
    `${texts.t('agreement.consumer')}: ${nameOf(consumer)}`,
    `${texts.t('agreement.types')}: ${events.join(', ')}`,
    `${t('purpose')}: ${purpose}`,
    `${t('legalBasis')}: ${legalBasis}`,
    ...(validFrom === undefined ? [] : [t('key.from', { time: texts.time(validFrom) })]),
    ...(validTo === undefined ? [] : [texts.t('key.until', { time: texts.time(validTo) })])
  ].join('; ')
}
