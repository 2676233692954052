import { armFailpoint } from '#engines/telemetry/failpoints.ts'

/** The process's environment; read only here. */
export const environment: Readonly<Record<string, string | undefined>> = process.env

/** `LIENTHONG_FAILPOINT=name:hit`, for fault runs only. */
export function armFromEnvironment(): void {
  const { LIENTHONG_FAILPOINT: armed } = environment
  if (armed !== undefined) armFailpoint(armed)
}
