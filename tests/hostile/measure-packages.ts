import { readPackage } from '#connectors/document/edxml/read-package.ts'
import { hostile } from '#connectors/document/fixtures/hostile.ts'

const runs = 9

/**
 * Measures how long each hostile package keeps a processor busy until it is refused, as the median of nine runs after one
 * warm-up, and how much the resident memory grew at most.
 */
export function measurePackages(): void {
  process.stdout.write('| package | bytes | median ms | grew MB |\n|---|---|---|---|\n')
  for (const [what, [, make]] of Object.entries(hostile)) {
    const content = make()
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content)
    refuse(bytes)
    const before = process.memoryUsage().rss
    let grown = 0
    const times = Array.from({ length: runs }, () => {
      const began = process.cpuUsage()
      refuse(bytes)
      const { user, system } = process.cpuUsage(began)
      grown = Math.max(grown, process.memoryUsage().rss - before)
      return (user + system) / 1000
    }).sort((a, b) => a - b)
    const median = times[Math.floor(runs / 2)] ?? 0
    process.stdout.write(
      `| ${what} | ${bytes.length} | ${median.toFixed(2)} | ${(grown / 1e6).toFixed(1)} |\n`
    )
  }
}

function refuse(bytes: Buffer): void {
  try {
    readPackage(bytes)
    process.stdout.write('taken, though it is hostile\n')
    process.exitCode = 1
  } catch {
    // Refused, as it must be.
  }
}
