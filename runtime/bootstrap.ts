import { type Control, operatorSystem } from '#bus/control/control.ts'
import { isRegistered } from '#bus/registry/registry-state.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'
import type { PublicJwk, SigningKey } from '#protocol/trust/jwk.ts'
import { bodyDigest, newClaims, signToken } from '#protocol/trust/token.ts'
import { shippedSchemas } from './shipped-schemas.ts'

export interface BootstrapOptions {
  readonly control: Control
  /** An operator's key, if the bus holds one. Without it, missing acts are logged and left to the operator. */
  readonly operator: SigningKey | undefined
  readonly busKey: PublicJwk
  readonly publicUrl: string
  readonly logger: Logger
}

/** Records the acts that announce the bus's key and the schemas of this release, signed by the operator. */
export async function firstActs(options: BootstrapOptions): Promise<void> {
  const { control, busKey } = options
  if (!control.state.busKeys.has(busKey.kid)) {
    await actAs(options, { act: 'bus-key.added', resource: `/bus/keys/${busKey.kid}`, key: busKey })
  }
  for (const { type, text } of shippedSchemas()) {
    if (isRegistered(control.state.registry, subjectOfType(type), text)) continue
    await actAs(options, { act: 'schema.registered', resource: `/schemas/${type}`, type, schema: text })
  }
}

async function actAs(
  { control, operator, publicUrl, logger }: BootstrapOptions,
  act: { readonly act: string; readonly resource: string; readonly [member: string]: unknown }
): Promise<void> {
  const { resource } = act
  if (!operator) {
    logger.warn(
      { act: act.act, resource },
      'this act of the release must be signed by the operator; the bus runs without it until then'
    )
    return
  }
  const previous = control.state.lastOn.get(resource) ?? null
  const body = Buffer.from(JSON.stringify({ ...act, previous }))
  const claims = newClaims({ system: operatorSystem, audience: publicUrl, now: Date.now() })
  const bound = { htm: 'POST', htu: `${publicUrl}/v1/acts`, body: bodyDigest(body) }
  const token = await signToken({ ...claims, ...bound }, operator)
  await control.append({ body, token, actor: operatorSystem })
}
