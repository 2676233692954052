import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import type { MailServers } from './mail-servers.ts'

/** What the front answers itself, and hands to no server. */
export type MailFailure =
  /** 451 to each mail; `NO` to each command of IMAP that opens a mailbox. */
  | 'unavailable'
  /** Log-ins are rejected, of SMTP and IMAP; open connections of SMTP end. */
  | 'credentials'
  /** 554 to each sender. */
  | 'refuses'

/**
 * TLS in front of mail servers, on one port: the name that a client asks for (SNI) leads to OpenSMTPD, with a log-in
 * that it does not have itself, or to Dovecot.
 */
export interface MailFront {
  readonly port: number
  fail: MailFailure | undefined
  /** How long the answer to a mail waits that was taken. */
  answerDelayMs: number
  /** When mails began, on the clock of `performance.now`. */
  readonly begunAt: readonly number[]
}

export const frontNames = { smtp: 'smtp.bus.test', imap: 'imap.bus.test' } as const

/** `password`: what a log-in to SMTP needs. */
export async function startMailFront(
  t: Cleanup,
  mail: MailServers,
  password = mail.password
): Promise<MailFront> {
  const begunAt: number[] = []
  const front = { port: 0, fail: undefined, answerDelayMs: 0, begunAt } as { port: number } & MailFront
  const open = new Set<Socket>()
  const server = createServer(
    { cert: readFileSync(mail.certFile), key: readFileSync(mail.keyFile) },
    (client) => {
      const isSmtp = nameOf(client) === frontNames.smtp
      const behind = connect(isSmtp ? mail.ports.smtp : mail.ports.imap, '127.0.0.1')
      for (const [one, other] of [
        [client, behind],
        [behind, client]
      ] as const) {
        open.add(one)
        one.on('error', () => {})
        one.on('close', () => {
          open.delete(one)
          other.destroy()
        })
      }
      if (isSmtp) joinSmtp(client, behind, { front, begunAt, password })
      else joinImap(client, behind, front)
    }
  )
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  front.port = typeof address === 'object' && address ? address.port : 0
  t.after(async () => {
    for (const one of open) one.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return front
}

/** Node's own types leave it out. */
function nameOf(client: TLSSocket): unknown {
  return (client as { readonly servername?: unknown }).servername
}

interface Smtp {
  readonly front: MailFront
  readonly begunAt: number[]
  readonly password: string
}

function joinSmtp(client: TLSSocket, behind: Socket, { front, begunAt, password }: Smtp): void {
  let isData = false
  let waitsForEnd = false
  byLine(client, (line) => {
    if (isData) {
      if (line === '.\r\n') [isData, waitsForEnd] = [false, true]
      behind.write(line, 'latin1')
    } else if (/^AUTH PLAIN /i.test(line)) {
      const given = Buffer.from(line.slice(11).trim(), 'base64').toString().split('\0').at(-1)
      const isRight = front.fail !== 'credentials' && given === password
      client.write(isRight ? '235 2.7.0 Accepted\r\n' : '535 5.7.8 Authentication failed\r\n')
    } else if (/^MAIL /i.test(line)) {
      begunAt.push(performance.now())
      if (front.fail === 'unavailable') client.write('451 4.3.0 Try again later\r\n')
      else if (front.fail === 'refuses') client.write('554 5.7.1 Sender is not allowed\r\n')
      else if (front.fail === 'credentials') client.end('421 4.3.0 Log in again\r\n')
      else behind.write(line, 'latin1')
    } else {
      isData = /^DATA/i.test(line)
      behind.write(line, 'latin1')
    }
  })
  byLine(behind, (line) => {
    const text = line.replace(/^250 HELP/, '250-AUTH PLAIN\r\n250 HELP')
    const delay = waitsForEnd ? front.answerDelayMs : 0
    waitsForEnd = false
    setTimeout(() => void (client.writable && client.write(text, 'latin1')), delay)
  })
}

function joinImap(client: TLSSocket, behind: Socket, front: MailFront): void {
  byLine(client, (line) => {
    const [tag = '', command = ''] = line.split(' ')
    if (front.fail === 'credentials' && /^(LOGIN|AUTHENTICATE)/i.test(command))
      client.write(`${tag} NO [AUTHENTICATIONFAILED] Authentication failed.\r\n`)
    else if (front.fail === 'unavailable' && /^(SELECT|EXAMINE)/i.test(command))
      client.write(`${tag} NO [UNAVAILABLE] Try again later.\r\n`)
    else behind.write(line, 'latin1')
  })
  behind.pipe(client)
}

/** Calls back with each line, with its end. */
function byLine(socket: Socket, take: (line: string) => void): void {
  let rest = ''
  socket.on('data', (bytes) => {
    const lines = (rest + bytes.toString('latin1')).split(/(?<=\n)/)
    rest = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '')
    for (const line of lines) take(line)
  })
}
