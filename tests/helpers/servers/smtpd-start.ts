import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { smtpdProgram } from './installed.ts'

/**
 * Writes `smtpd.sh`, which starts OpenSMTPD with the `smtpd.conf` of the folder. It has one queue and one socket a
 * machine: run by `unshare --mount`, each sees its own.
 */
export function writeSmtpdStart(folder: string): void {
  const path = (name: string): string => join(folder, name)
  writeFileSync(
    path('smtpd.sh'),
    `set -e
mkdir -p ${path('spool')} ${path('var-run')}
chmod 711 ${path('spool')}
mkdir -p /var/spool/smtpd
mount --bind ${path('spool')} /var/spool/smtpd
mount --bind ${path('var-run')} "$(readlink -f /var/run)"
exec ${smtpdProgram} -d -f ${path('smtpd.conf')}
`
  )
}
