/** A mobile number of Việt Nam in E.164 without its plus. */
const mobile = /^84[35789]\d{8}$/
/** Any number in E.164 (ITU-T E.164: 15 digits with the country code). */
const international = /^[1-9]\d{6,14}$/

/**
 * A telephone number as message centres take it: digits with the country code. Undefined for what is none, and for
 * numbers of other countries unless they are allowed: they begin with + or 00. `+84 (0)90…` is common, and means one.
 */
export function toNumber(address: string, allowForeign: boolean): string | undefined {
  const dialled = address.replaceAll(/[\s.()\p{Pd}\p{Cf}]/gu, '')
  const isInternational = /^(?:\+|00)/.test(dialled)
  const digits = dialled.replace(/^(?:\+|00)/, '').replace(/^(?:84)?0(?=\d{9}$)/, '84')
  if (mobile.test(digits)) return digits
  return allowForeign && isInternational && !digits.startsWith('84') && international.test(digits)
    ? digits
    : undefined
}

/**
 * The same for numbers as a message centre names them, for comparing: 84901234567, +84901234567, 0901234567, and
 * 901234567 as a national number are one.
 */
export function comparable(address: string): string {
  return address.replace(/^(?:\+|00)/, '').replace(/^0?(?=[35789]\d{8}$)/, '84')
}
