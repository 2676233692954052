import type { Finding } from '#operations/doctor/finding.ts'
import type { Output } from '#runtime/output.ts'

/** Writes a line a finding; where something is amiss the command ends with exit code 1. */
export function showFindings(output: Output, findings: readonly Finding[]): void {
  for (const finding of findings) {
    output.line(`${finding.ok ? 'ok' : 'AMISS'}  ${finding.what}: ${finding.message}`, finding)
    if (!finding.ok) process.exitCode = 1
  }
}
