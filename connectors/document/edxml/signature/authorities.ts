import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { BusError } from '#protocol/errors/bus-error.ts'

/** The trusted authorities, and the time at which certificates must be valid, in milliseconds since the epoch. */
export interface SignatureTrust {
  readonly authorities: readonly X509Certificate[]
  readonly at: number
}

/** Reads the certificates of a PEM file. Rejects with `BUS_CONFIG_INVALID`. */
export async function loadAuthorities(file: string): Promise<readonly X509Certificate[]> {
  try {
    const pem = await readFile(file, 'utf8')
    return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
      (one) => new X509Certificate(one)
    )
  } catch (cause) {
    throw new BusError('BUS_CONFIG_INVALID', 'config-invalid', {
      cause,
      values: { file, problems: String(cause) }
    })
  }
}
