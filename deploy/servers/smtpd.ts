import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { smtpdProgram } from './installed.ts'
import { greets } from './ports.ts'
import type { ServerProcessOptions } from './server-process.ts'

export interface SmtpdOptions {
  /** Port of this machine that it listens on. */
  readonly port: number
  /** Who mail is taken for, and where it goes, as lines of smtpd.conf. */
  readonly rules: readonly string[]
}

/**
 * Writes the configuration of OpenSMTPD into a folder, and says how it is started. It has one queue and one socket a
 * machine: this one gets folders of its own in their place, which only root may do.
 */
export function prepareSmtpd(folder: string, { port, rules }: SmtpdOptions): ServerProcessOptions {
  const path = (name: string): string => join(folder, name)
  const config = [`listen on 127.0.0.1 port ${port} mask-src`, ...rules]
  writeFileSync(path('smtpd.conf'), `${config.join('\n')}\n`, { mode: 0o600 })
  mkdirSync(path('spool'))
  chmodSync(path('spool'), 0o711) // Its parts run as users of their own.
  mkdirSync(path('var-run'))
  writeFileSync(
    path('smtpd.sh'),
    `set -e
mkdir -p /var/spool/smtpd
mount --bind ${path('spool')} /var/spool/smtpd
mount --bind ${path('var-run')} "$(readlink -f /var/run)"
exec ${smtpdProgram} -d -f ${path('smtpd.conf')}
`
  )
  return {
    command: ['unshare', '--mount', 'sh', path('smtpd.sh')],
    ...{ folder, log: path('smtpd.log'), isReady: () => greets(port, '220') }
  }
}
