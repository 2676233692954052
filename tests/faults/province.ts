import { join } from 'node:path'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import type { Province } from '#cli/remote/province.ts'
import type { Client } from '#client/client.ts'
import { createClient } from '#client/create-client.ts'
import { keyFiles, keyIn, readKey } from '#runtime/keyring.ts'

/** One sender and three recipients. */
export const senderCode = '000.00.91.H03'
export const recipientCodes = ['000.00.92.H03', '000.00.93.H03', '000.00.94.H03'] as const

export function systemOf(code: string): string {
  return `/agencies/${code}/systems/qlvb`
}

/** Where the key of an agency's system lies in a run's folder. */
export function keyFileOf(folder: string, code: string): string {
  return join(folder, 'keys', `${code}.qlvb.jwk`)
}

export interface ProvinceOptions {
  /** Longest wait of the clients, milliseconds. */
  readonly timeoutMs?: number
  /** The sender may publish with a plain token too. */
  readonly unsigned?: boolean
  readonly codes?: readonly string[]
  /** Each system may publish their types, beside documents. */
  readonly agreements?: NonNullable<Province['agreements']>
}

/** Makes agencies, systems, keys and rights for a run, and gives each system's client. */
export async function makeProvince(
  gateway: string,
  folder: string,
  options: ProvinceOptions = {}
): Promise<ReadonlyMap<string, Client>> {
  const { timeoutMs = 10_000, unsigned = false, codes = [senderCode, ...recipientCodes] } = options
  const { agreements = [] } = options
  const agreed = [...new Set(agreements.flatMap(({ types }) => types))]
  const keys = new Map(
    await Promise.all(
      codes.map(async (code) => [code, await keyIn(keyFileOf(folder, code), 'run-1')] as const)
    )
  )
  const operatorKey = (await readKey(keyFiles(folder).operator)).privateJwk
  const operator = await createClient({ gateway, system: '/bus/systems/operator', key: operatorKey })
  const agencies = codes.map((code) => ({
    code,
    name: `Cơ quan ${code}`,
    systems: [
      {
        name: 'qlvb',
        ...(unsigned && code === senderCode ? { unsigned } : {}),
        keys: [keys.get(code)?.publicJwk as unknown as { kid: string }],
        publish: [
          { type: 'document.issued.v1', recipients: '*' as const },
          ...agreed.map((type) => ({ type, recipients: 'agreements' as const }))
        ]
      }
    ]
  }))
  await applyPlan(operator, await planProvince(operator, { agencies, agreements }), () => {})
  const clients = await Promise.all(
    [...keys].map(
      async ([code, { privateJwk }]) =>
        [
          code,
          await createClient({
            gateway,
            system: systemOf(code),
            key: privateJwk,
            timeoutMs
          })
        ] as const
    )
  )
  return new Map(clients)
}
