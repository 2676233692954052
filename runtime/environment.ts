import { armFailpoint } from '#engines/telemetry/failpoints.ts'

/** The process's environment; read only here. */
export const environment: Readonly<Record<string, string | undefined>> = process.env

/** How many files and connections the process may have open; undefined if the system does not say. */
export function descriptorLimit(): number | undefined {
  Object.assign(process.report, { excludeNetwork: true }) // It would look up the names of addresses.
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } }
  }
  const limit = Number(userLimits?.open_files?.soft)
  return Number.isFinite(limit) ? limit : undefined
}

/** `LIENTHONG_FAILPOINT=name:hit`, for fault runs only. */
export function armFromEnvironment(): void {
  const { LIENTHONG_FAILPOINT: armed } = environment
  if (armed !== undefined) armFailpoint(armed)
}
