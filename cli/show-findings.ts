import type { Finding } from '#operations/doctor/finding.ts'
import type { Output } from '#runtime/output.ts'

/** Prints one line per finding; with a problem the command ends with exit code 1. */
export function showFindings(output: Output, findings: readonly Finding[]): void {
  for (const finding of findings) {
    output.line(`${finding.ok ? 'ok' : 'PROBLEM'}  ${finding.what}: ${finding.message}`, finding)
    if (!finding.ok) process.exitCode = 1
  }
}
