import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import { unaccent } from '../../shared-formats/vietnamese/unaccent.ts'
import { faults } from '../faults.ts'
import type { SmsSettings } from '../settings.ts'
import { encodeGsm7 } from '../text/gsm7.ts'
import { type Segmented, segment } from '../text/segments.ts'
import { isBrandName } from './brand-name.ts'

/** A notice as the message centre takes it. */
export interface SmsMessage extends Segmented {
  readonly brandName: string
}

/** Throws the fault of what an operator has to fix before a notice can be sent. */
export function toMessage(notice: NotificationRequestedV1, settings: SmsSettings): SmsMessage {
  const brandName = brandNameOf(notice.senderName, settings)
  const text = toText(notice.text, settings.unaccented)
  if (text.trim() === '') throw faults.textEmpty()
  const message = segment(text)
  const parts = message.parts.length
  if (parts > settings.maxParts) throw faults.textTooLong({ values: { parts, limit: settings.maxParts } })
  return { brandName, ...message }
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
  ...{ '‒': '-', '―': '-', '‹': '"', '›': '"', '′': "'", '″': '"', '²': '2', '³': '3', '°': ' do', '×': 'x' },
  ...{ '½': '1/2', '¼': '1/4', '¾': '3/4', '№': 'So', '≤': '<=', '≥': '>=', '→': '->', '‰': ' phan nghin' },
  ...{ '\u00a0': ' ', '\u202f': ' ', '\u2009': ' ', '\t': ' ' }
}
const signs = new RegExp(`[${Object.keys(plainSigns).join('')}]`, 'gu')
/** No letter has more; to normalise a text takes the square of their number. */
const manyMarks = /(\p{M}{4})\p{M}+/gu
/** Some of them turn a text round. */
const invisible = /\p{Cf}/gu
/** Phones show nothing for them, or a gap. */
const controls = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/gu

/**
 * The text as it is sent: in Normalization Form C, one line break for each, nothing that cannot be seen. Signs become
 * plain ones where that is all that GSM 7-bit asks for.
 */
export function toText(text: string, unaccented: boolean): string {
  const clean = text
    .toWellFormed()
    .replaceAll(manyMarks, '$1')
    .normalize('NFC')
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(invisible, '')
  const plain = clean.replaceAll(signs, (sign) => plainSigns[sign] ?? sign).replaceAll(controls, ' ')
  if (unaccented) return unaccent(plain)
  return encodeGsm7(plain) ? plain : clean.replaceAll(controls, ' ')
}
