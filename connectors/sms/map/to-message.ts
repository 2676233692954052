import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import { unaccent } from '../../shared-formats/vietnamese/unaccent.ts'
import { faults } from '../faults.ts'
import type { SmsSettings } from '../settings.ts'
import { type Segmented, segment } from '../text/segments.ts'
import { isBrandName } from './brand-name.ts'
import { toNumber } from './number.ts'

/** A notice as the message centre takes it. */
export interface SmsMessage extends Segmented {
  readonly number: string
  readonly brandName: string
}

/** Throws the fault of what makes a notice impossible to send. */
export function toMessage(notice: NotificationRequestedV1, settings: SmsSettings): SmsMessage {
  const number = toNumber(notice.recipient.address, settings.allowForeign)
  if (number === undefined) throw faults.numberMalformed()
  const brandName = brandNameOf(notice.senderName, settings)
  const text = toText(notice.text, settings.unaccented)
  if (text.trim() === '') throw faults.textEmpty()
  const message = segment(text)
  const parts = message.parts.length
  if (parts > settings.maxParts) throw faults.textTooLong({ values: { parts, limit: settings.maxParts } })
  return { number, brandName, ...message }
}

function brandNameOf(name: string | undefined, { brandName, furtherBrandNames }: SmsSettings): string {
  if (name === undefined) return brandName
  if (!isBrandName(name)) throw faults.brandNameMalformed({ values: { name: name.slice(0, 40) } })
  const registered = [brandName, ...furtherBrandNames].find((one) => one.toLowerCase() === name.toLowerCase())
  if (registered === undefined) throw faults.brandNameUnknown({ values: { name } })
  return registered
}

/** Signs that word processors put in, and that would make a message twice as long. */
const plainSigns: Readonly<Record<string, string>> = {
  ...{ '“': '"', '”': '"', '„': '"', '«': '"', '»': '"', '‘': "'", '’': "'", '‚': "'", '`': "'", '´': "'" },
  ...{ '–': '-', '—': '-', '‐': '-', '‑': '-', '−': '-', '…': '...', '•': '-', '·': '-', '₫': 'd' },
  ...{ '\u00a0': ' ', '\u202f': ' ', '\u2009': ' ', '\t': ' ' }
}
const signs = new RegExp(`[${Object.keys(plainSigns).join('')}]`, 'gu')
const invisible = /[\u200b-\u200f\u2060\ufeff\u00ad]/gu
/** Phones show nothing for them, or a gap. */
const controls = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]/gu

/** The text as it is sent: in Normalization Form C, one line break for each, nothing that cannot be seen. */
export function toText(text: string, unaccented: boolean): string {
  const clean = text.toWellFormed().normalize('NFC').replaceAll(/\r\n?/g, '\n').replaceAll(invisible, '')
  const shown = unaccented ? unaccent(clean.replaceAll(signs, (sign) => plainSigns[sign] ?? sign)) : clean
  return shown.replaceAll(controls, ' ')
}
