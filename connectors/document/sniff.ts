import { entryOf } from './codes.ts'

/** Media types by the first bytes; the ending of the name distinguishes formats with the same container. */

const officeOpen: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation'
}
const office: Readonly<Record<string, string>> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint'
}
const mediaTypeGrammar = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/

/** The media type of a file: by its bytes, else as declared if that is a media type, else unknown bytes. */
export function mediaTypeOf(bytes: Buffer, name: string, declared: string | undefined): string {
  const ending = name.toLowerCase().split('.').at(-1) ?? ''
  const starts = (hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex
  if (starts('25504446')) return 'application/pdf'
  if (starts('504b0304') || starts('504b0506')) return entryOf(officeOpen, ending) ?? 'application/zip'
  if (starts('d0cf11e0a1b11ae1')) return entryOf(office, ending) ?? 'application/x-ole-storage'
  if (starts('89504e470d0a1a0a')) return 'image/png'
  if (starts('ffd8ff')) return 'image/jpeg'
  if (starts('7b5c727466')) return 'application/rtf'
  const claimed = declared?.trim().toLowerCase() ?? ''
  const contradicted = ['application/pdf', 'application/zip', 'image/png', 'image/jpeg', 'application/rtf']
  if (mediaTypeGrammar.test(claimed) && !contradicted.includes(claimed)) return claimed
  return 'application/octet-stream'
}
