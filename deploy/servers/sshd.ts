import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Cleanup } from './cleanup.ts'
import { freePort } from './free-port.ts'
import { notInstalled, sshdProgram } from './installed.ts'
import { greets } from './ports.ts'
import { ServerFailure, type ServerProcess, serverFolder, startServerProcess } from './server-process.ts'

/** OpenSSH, which serves the files of this machine by SFTP alone, to the user of this process. */
export interface Sshd {
  readonly port: number
  readonly user: string
  /** Fingerprint of its host key. */
  readonly hostKey: string
  /** The private key of the user. */
  readonly privateKeyFile: string
  readonly folder: string
  freeze(): void
  thaw(): void
  /** Whether it lets the user in; otherwise open connections end. */
  setKnown(isKnown: boolean): void
  /** Connections that are open end, too. */
  kill(): Promise<void>
  /** Starts it again, if it was killed. */
  start(): Promise<void>
}

export async function startSshd(t: Cleanup, { passphrase = '' } = {}): Promise<Sshd> {
  if (!existsSync(sshdProgram)) throw new ServerFailure(notInstalled('sshd'))
  let running: ServerProcess | undefined
  const kill = async (): Promise<void> => {
    if (!running) return
    endConnections(running.pid)
    await running.kill()
    running = undefined
  }
  const folder = serverFolder(t, kill)
  const { username: user, uid } = userInfo()
  if (uid === 0) mkdirSync('/run/sshd', { recursive: true }) // It asks for it when root starts it.
  makeKey(join(folder, 'host'))
  makeKey(join(folder, 'user'), 'ed25519', passphrase)
  copyFileSync(join(folder, 'user.pub'), join(folder, 'authorized_keys'))
  const port = await freePort()
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `PidFile ${join(folder, 'pid')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'Subsystem sftp internal-sftp',
    'ForceCommand internal-sftp',
    'UsePAM no',
    'StrictModes no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100'
  ]
  writeFileSync(join(folder, 'sshd_config'), `${config.join('\n')}\n`)
  const start = async (): Promise<void> => {
    if (running) return
    running = await startServerProcess({
      command: [sshdProgram, '-D', '-e', '-f', join(folder, 'sshd_config')],
      folder,
      log: join(folder, 'log'),
      isReady: () => greets(port, 'SSH-')
    })
  }
  await start()
  return {
    port,
    user,
    hostKey: fingerprintOf(join(folder, 'host.pub')),
    privateKeyFile: join(folder, 'user'),
    folder,
    freeze: () => running?.freeze(),
    thaw: () => running?.thaw(),
    setKnown(isKnown) {
      const key = isKnown ? readFileSync(join(folder, 'user.pub')) : ''
      writeFileSync(join(folder, 'authorized_keys'), key)
      if (!isKnown && running) endConnections(running.pid)
    },
    kill,
    start
  }
}

/** Makes a pair of keys: `path` and `path.pub`. */
export function makeKey(path: string, type = 'ed25519', passphrase = ''): void {
  // One round of deriving: tests do not wait for more.
  execFileSync('ssh-keygen', ['-q', '-t', type, '-a', '1', '-N', passphrase, '-f', path])
}

/** The fingerprint of a public key, as its owner is told it. */
export function fingerprintOf(path: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' }).split(' ')[1] ?? ''
}

/** Each connection has processes of its own, which outlive the one that listens. */
function endConnections(pid: number): void {
  for (const child of childrenOf(pid)) {
    endConnections(child)
    try {
      process.kill(child, 'SIGKILL')
    } catch {} // It has ended by itself.
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
