import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { listens } from '#deploy/servers/ports.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { bearerboxProgram, smsboxProgram } from './installed.ts'
import { mustBeInstalled } from './needs.ts'

/** Kannel, a gateway that is a client of a message centre: what it sends is asked for over HTTP. */
export interface Kannel {
  /** Sends a message, and has reports on it call a URL, in which `%d` is what became of it. */
  send(message: { readonly to: string; readonly text: string; readonly reportUrl: string }): Promise<void>
}

export interface KannelOptions {
  readonly smscPort: number
  readonly systemId: string
  readonly password: string
  /** Called with the messages of people; `%p` is the number and `%b` the text. */
  readonly messageUrl: string
}

export async function startKannel(t: Cleanup, options: KannelOptions): Promise<Kannel> {
  mustBeInstalled('kannel')
  const processes: ServerProcess[] = []
  const folder = serverFolder(t, async () => {
    for (const one of processes.toReversed()) await one.kill()
  })
  const [admin, smsbox, sendsms] = [await freePort(), await freePort(), await freePort()]
  const config = join(folder, 'kannel.conf')
  writeFileSync(config, configOf(options, { folder, admin, smsbox, sendsms }))
  const start = async (program: string, name: string, port: number): Promise<void> => {
    const log = join(folder, `${name}.out`)
    const command = [program, '-v', '4', config] as const
    processes.push(
      await startServerProcess({ command: [...command], folder, log, isReady: () => listens(port) })
    )
  }
  await start(bearerboxProgram, 'bearerbox', smsbox)
  await start(smsboxProgram, 'smsbox', sendsms)
  return {
    async send({ to, text, reportUrl }) {
      const query = new URLSearchParams({
        ...{ username: 'tester', password: 'secret', from: 'BRAND', to, text },
        ...{ coding: '2', charset: 'UTF-8', 'dlr-mask': '31', 'dlr-url': reportUrl }
      })
      const response = await fetch(`http://127.0.0.1:${sendsms}/cgi-bin/sendsms?${query}`)
      if (!response.ok) throw new Error(`Kannel answered ${response.status}: ${await response.text()}`)
    }
  }
}

interface Places {
  readonly folder: string
  readonly admin: number
  readonly smsbox: number
  readonly sendsms: number
}

function configOf({ smscPort, systemId, password, messageUrl }: KannelOptions, places: Places): string {
  const { folder, admin, smsbox, sendsms } = places
  const groups = [
    [
      ...['group = core', `admin-port = ${admin}`, 'admin-password = admin', 'admin-interface = 127.0.0.1'],
      ...[`smsbox-port = ${smsbox}`, 'smsbox-interface = 127.0.0.1', 'box-allow-ip = "127.0.0.1"'],
      ...[`log-file = ${join(folder, 'bearerbox.log')}`, 'log-level = 1']
    ],
    [
      ...['group = smsc', 'smsc = smpp', 'smsc-id = centre', 'host = 127.0.0.1', `port = ${smscPort}`],
      ...['transceiver-mode = true', `smsc-username = ${systemId}`, `smsc-password = ${password}`],
      ...['system-type = ""', 'address-range = ""', 'msg-id-type = 0x03']
    ],
    [
      ...['group = smsbox', 'bearerbox-host = 127.0.0.1', `sendsms-port = ${sendsms}`],
      ...['sendsms-interface = 127.0.0.1', `log-file = ${join(folder, 'smsbox.log')}`, 'log-level = 1']
    ],
    [
      ...['group = sendsms-user', 'username = tester', 'password = secret'],
      ...['max-messages = 9', 'concatenation = true']
    ],
    [
      'group = sms-service',
      'keyword = default',
      `get-url = "${messageUrl}"`,
      'max-messages = 0',
      'catch-all = true'
    ]
  ]
  return `${groups.map((lines) => lines.join('\n')).join('\n\n')}\n`
}
