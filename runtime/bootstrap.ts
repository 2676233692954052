import { isDeepStrictEqual } from 'node:util'
import type { Control } from '#bus/control/control.ts'
import { operatorSystem } from '#bus/control/control-state.ts'
import { isRegistered } from '#bus/registry/registry-state.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'
import type { StoredKey } from './keyring.ts'
import { shippedSchemas } from './shipped-schemas.ts'

export interface BootstrapOptions {
  /** The key that this process signs receipts with, and its file. */
  readonly bus: Pick<StoredKey, 'publicJwk'>
  readonly busFile: string
  readonly control: Control
  /** An operator's key, if the bus holds one. Without it, missing acts are logged and left to the operator. */
  readonly operator: Pick<StoredKey, 'signingKey'> | undefined
  readonly publicUrl: string
  readonly logger: Logger
}

/** An act of the release, and whether it is recorded. */
interface FirstAct {
  /** The route that accepts it. */
  readonly path: string
  readonly body: { readonly act: string; readonly resource: string; readonly [member: string]: unknown }
  readonly isDone: () => boolean
}

/**
 * Records the acts that announce the bus's key and the schemas of this release, signed by the operator.
 * Throws `BUS_CONFIG_INVALID` if no act announces the key: nobody would accept its receipts, so accepted
 * events would never arrive.
 */
export async function firstActs(options: BootstrapOptions): Promise<void> {
  const { control, bus, busFile } = options
  const { kid } = bus.publicJwk
  const { busKeys, registry } = control.state
  await ensure(options, {
    path: '/v1/bus-keys',
    body: { act: 'bus-key.added', resource: `/bus/keys/${kid}`, key: bus.publicJwk },
    isDone: () => busKeys.has(kid)
  })
  if (!isDeepStrictEqual(busKeys.get(kid)?.jwk, bus.publicJwk)) {
    throw new BusError('BUS_CONFIG_INVALID', 'bus-key-unknown', { values: { file: busFile } })
  }
  for (const { type, text } of shippedSchemas()) {
    await ensure(options, {
      path: '/v1/schemas',
      body: { act: 'schema.registered', resource: `/schemas/${type}`, type, schema: text },
      isDone: () => isRegistered(registry, subjectOfType(type), text)
    })
  }
}

async function ensure(
  { control, operator, publicUrl, logger }: BootstrapOptions,
  { path, body: { resource, ...act }, isDone }: FirstAct
): Promise<void> {
  if (isDone()) return
  if (!operator) {
    logger.warn(
      { act: act.act, resource },
      'this act of the release must be signed by the operator; the bus runs without it until then'
    )
    return
  }
  const previous = control.state.lastOn.get(resource) ?? null
  const body = Buffer.from(JSON.stringify({ ...act, resource, previous }))
  const claims = newClaims({ system: operatorSystem, audience: publicUrl, now: Date.now() })
  const bound = { htm: 'POST', htu: publicUrl + path, body: bodyDigest(body) }
  const token = await signToken({ ...claims, ...bound }, operator.signingKey)
  try {
    await control.append({ body, token }, { line: operatorSystem })
  } catch (error) {
    if (!isDone()) throw error // Otherwise another process that starts was first.
  }
}
