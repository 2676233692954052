import type { Finding } from '#operations/doctor/finding.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Output } from '#runtime/output.ts'

/** Prints one line per finding; with a problem the command ends with exit code 1. */
export function showFindings(output: Output, findings: readonly Finding[], language: Language = 'en'): void {
  const [good, bad] = language === 'vi' ? ['ổn', 'LỖI'] : ['ok', 'PROBLEM']
  for (const finding of findings) {
    output.line(`${finding.ok ? good : bad}  ${finding.what}: ${finding.message}`, finding)
    if (!finding.ok) process.exitCode = 1
  }
}
