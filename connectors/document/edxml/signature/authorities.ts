import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BusError } from '#protocol/errors/bus-error.ts'

/** The trusted authorities, and the time at which certificates must be valid, in milliseconds since the epoch. */
export interface SignatureTrust {
  readonly authorities: readonly X509Certificate[]
  readonly at: number
}

/** Reads the certificates of a PEM file, at least one. Rejects with `BUS_CONFIG_INVALID`. */
export async function loadAuthorities(file: string): Promise<readonly X509Certificate[]> {
  try {
    const pem = await readFile(file, 'utf8')
    const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    if (!found) throw new TypeError('the file has no certificate in PEM form (BEGIN CERTIFICATE)')
    return found.map((one) => new X509Certificate(one))
  } catch (cause) {
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
      cause,
      values: { file, problems: cause instanceof Error ? cause.message : String(cause) }
    })
  }
}
