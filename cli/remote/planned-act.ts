/** An act that brings the control state closer to the province file. */
export interface PlannedAct {
  /** The list that it is posted to. */
  readonly path: string
  readonly body: ActBody
}

interface ActBody {
  readonly act: string
  readonly resource: string
  /** Only in the first act on a resource: the last act on it when it was compared with the file. */
  readonly previous?: string | null
  readonly [member: string]: unknown
}

const paths: Readonly<Record<string, string>> = {
  agency: '/v1/agencies',
  system: '/v1/systems',
  key: '/v1/systems',
  right: '/v1/rights',
  agreement: '/v1/agreements'
}

/** An act on a resource; members that are undefined are left out. */
export function plannedAct(
  act: string,
  resource: string,
  members: Readonly<Record<string, unknown>> = {}
): PlannedAct {
  const path = paths[act.slice(0, act.indexOf('.'))]
  if (path === undefined) throw new TypeError(`no list takes ${act}`)
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return { path, body: { act, resource, ...Object.fromEntries(present) } }
}
