import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** A TLS certificate that the settings name. */
export interface CertificateExpiry {
  /** The setting that names its file, such as `gateway.tls.certFile`. */
  readonly certificate: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Settings that name the certificate of a server or a client, in the settings of the bus and of all kinds. */
const names: readonly string[] = ['certFile', 'certificateFile']

/** When the certificates in any settings expire. Files that cannot be read are left out: whoever uses them tells. */
export async function certificateExpiries(settings: object): Promise<readonly CertificateExpiry[]> {
  const read = filesIn(settings, '').map(async ([certificate, file]): Promise<CertificateExpiry[]> => {
    try {
      return [{ certificate, at: new X509Certificate(await readFile(file)).validToDate.getTime() }]
    } catch {
      return []
    }
  })
  return (await Promise.all(read)).flat()
}

function filesIn(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const place = path === '' ? name : `${path}.${name}`
    if (typeof member !== 'string') return filesIn(member, place)
    return names.includes(name) ? [[place, member] as const] : []
  })
}
