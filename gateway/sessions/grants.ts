import type { Control } from '#bus/control/control.ts'
import { holdsAt } from '#bus/control/control-state.ts'
import { actorOf } from '#bus/control/decide.ts'
import { authorize } from '#bus/policy/identity.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { OidcConfig } from './console-config.ts'
import type { RoleClaims, Session } from './sessions.ts'

/** What a person may do. An operator sees all and may act, an auditor sees all, a reader sees an agency's own. */
export type PersonRole = 'operator' | 'auditor' | 'reader'

/** The rights of a session. */
export interface Grant {
  readonly roles: readonly PersonRole[]
  /** Whose share a person uses, and for a reader what it sees. */
  readonly agency: string
  /** The system in whose name a person acts. */
  readonly system: string
  readonly operator: boolean
  readonly seesAll: boolean
}

export interface GrantOptions {
  readonly control: Pick<Control, 'state' | 'keyOf'>
  readonly oidc: OidcConfig | undefined
}

/** In whose name people act who log in at an OpenID provider. */
export const consoleSystem = '/bus/systems/console'

/**
 * The rights that a session has now: of a link those of the system that signed it, otherwise those that the
 * settings give to the claims. Undefined if there are none any more: the key, the system or the role is
 * withdrawn, or the agency is closed.
 */
export function grantOf(
  { login, claims }: Pick<Session, 'login' | 'claims'>,
  { control, oidc }: GrantOptions,
  at: number
): Grant | undefined {
  if (login.by === 'link') return grantOfSystem(control, login, at)
  return oidc && oidc.issuer === login.issuer && claims ? grantOfClaims(claims, { control, oidc }) : undefined
}

function grantOfSystem(
  control: GrantOptions['control'],
  identity: { readonly system: string; readonly kid: string },
  at: number
): Grant | undefined {
  try {
    authorize(control, identity, at)
  } catch (error) {
    if (error instanceof BusError) return undefined
    throw error
  }
  const { system, agency, operator } = actorOf(control.state, identity.system)
  const isAuditor = control.state.systems.get(system)?.roles.includes('auditor') === true
  const role = operator ? 'operator' : isAuditor ? 'auditor' : 'reader'
  return { roles: [role], agency, system, operator, seesAll: role !== 'reader' }
}

/** Undefined for a person without a role, and for a reader whose agency is unknown or closed. */
export function grantOfClaims(
  { roles: values, agency }: RoleClaims,
  { control, oidc }: { readonly control: Pick<Control, 'state'>; readonly oidc: OidcConfig }
): Grant | undefined {
  const roles = (['operator', 'auditor', 'reader'] as const).filter((role) =>
    oidc.roles[role].some((value) => values.includes(value))
  )
  const operator = roles.includes('operator')
  const seesAll = operator || roles.includes('auditor')
  if (seesAll) return { roles, agency: '/bus', system: consoleSystem, operator, seesAll }
  const { agencies, lastAct } = control.state
  const known = agency === undefined ? undefined : agencies.get(agency)
  if (roles.length === 0 || !known || !holdsAt(known.open, lastAct)) return undefined
  return { roles, agency: known.code, system: consoleSystem, operator, seesAll }
}
