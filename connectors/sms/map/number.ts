/** A mobile number of Việt Nam in E.164 without its plus. */
const mobile = /^84[35789]\d{8}$/
/** Any number in E.164 (ITU-T E.164: 15 digits with the country code). */
const international = /^[1-9]\d{6,14}$/

/**
 * A telephone number as message centres take it: digits with the country code. Undefined for what is none, and for
 * numbers of other countries unless they are allowed: they begin with + or 00.
 */
export function toNumber(address: string, allowForeign: boolean): string | undefined {
  const dialled = address.trim().replaceAll(/(?<=\d)[ .-](?=\d)/g, '')
  const isInternational = /^(?:\+|00)/.test(dialled)
  const digits = dialled.replace(/^(?:\+|00)/, '').replace(/^0/, '84')
  if (mobile.test(digits)) return digits
  return allowForeign && isInternational && !digits.startsWith('84') && international.test(digits)
    ? digits
    : undefined
}

/** The same for numbers as a message centre names them, for comparing: 84901234567, +84 and 0901234567 are one. */
export function comparable(address: string): string {
  return address.replace(/^(?:\+|00)/, '').replace(/^0(?=\d{9}$)/, '84')
}
