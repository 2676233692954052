const officeOpen: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  zip: 'application/zip'
}
const office: Readonly<Record<string, string>> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint'
}

/**
 * The media type of a file whose sender declares none: by its first bytes, and by the ending of its name
 * where formats have the same container.
 */
export function mediaTypeOf(bytes: Buffer, name: string): string {
  const ending = name.toLowerCase().split('.').at(-1) ?? ''
  const starts = (hex: string): boolean => bytes.subarray(0, hex.length / 2).toString('hex') === hex
  if (starts('25504446')) return 'application/pdf'
  if (starts('504b0304') || starts('504b0506')) return entry(officeOpen, ending) ?? 'application/zip'
  if (starts('d0cf11e0a1b11ae1')) return entry(office, ending) ?? 'application/x-ole-storage'
  if (starts('89504e470d0a1a0a')) return 'image/png'
  if (starts('ffd8ff')) return 'image/jpeg'
  if (starts('7b5c727466')) return 'application/rtf'
  return 'application/octet-stream'
}

function entry(table: Readonly<Record<string, string>>, ending: string): string | undefined {
  return Object.hasOwn(table, ending) ? table[ending] : undefined
}
