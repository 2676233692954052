import type { OidcConfig } from './console-config.ts'
import type { RoleClaims } from './sessions.ts'

/** What an OpenID provider says of a person. */
export type Claims = Readonly<Record<string, unknown>>

/** What the rights of a person depend on: of the roles those that the settings name. */
export function roleClaimsOf(
  claims: Claims,
  { roleClaim, agencyClaim, roles }: Pick<OidcConfig, 'roleClaim' | 'agencyClaim' | 'roles'>
): RoleClaims {
  const known = new Set(Object.values(roles).flat())
  const said = claimIn(claims, roleClaim)
  const values = (Array.isArray(said) ? said : [said]).filter(
    (value): value is string => typeof value === 'string' && known.has(value)
  )
  const agency = claimIn(claims, agencyClaim)
  return { roles: [...new Set(values)], ...(typeof agency === 'string' ? { agency } : {}) }
}

/** A claim by its name, or by a path through objects. */
function claimIn(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path.split('.').reduce<unknown>((at, name) => {
    const isInside = typeof at === 'object' && at !== null && Object.hasOwn(at, name)
    return isInside ? (at as Claims)[name] : undefined
  }, claims)
}
