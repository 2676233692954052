import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { listens } from '#deploy/servers/ports.ts'
import { type ServerProcess, serverFolder, startServerProcess } from '#deploy/servers/server-process.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { haproxyProgram, nginxProgram } from '../../helpers/servers/installed.ts'

/** A proxy that runs as its example in `deploy/proxies` says. */
export interface RunningProxy {
  readonly port: number
  start(): Promise<void>
  kill(): Promise<void>
}

export interface ProxyOptions {
  readonly port: number
  readonly certFile: string
  readonly keyFile: string
  /** Of the public URL, as the comment in the example says. */
  readonly publicPath?: string
  /** Of each gateway. */
  readonly ports: readonly { readonly gateway: number; readonly management: number }[]
}

export const proxies = { nginx: startNginx, haproxy: startHaproxy } as const
export type ProxyName = keyof typeof proxies

const examples = { nginx: 'nginx.conf', haproxy: 'haproxy.cfg' } as const

export function exampleOf(name: ProxyName): string {
  return readFileSync(join(repository, 'deploy', 'proxies', examples[name]), 'utf8')
}

/** What the reader of an example changes if the public URL has a path. */
const withPath = {
  nginx: (path: string) => ({
    ...{ 'location / {': `location ${path}/ {`, 'location ~ ^/v1/': `location ~ ^${path}/v1/` },
    ...{ 'location = /v1/live': `location = ${path}/v1/live` }
  }),
  haproxy: (path: string) => ({
    '# http-request replace-path ^/lienthong/': `http-request replace-path ^${path}/`
  })
} as const

const [first, second] = ['10.0.0.11:8080', '10.0.0.12:8080'] as const

async function startNginx(
  t: Cleanup,
  { port, certFile, keyFile, publicPath, ports }: ProxyOptions
): Promise<RunningProxy> {
  return startProxy(t, port, (folder) => {
    const path = (name: string): string => join(folder, name)
    const [one, other] = ports.map(({ gateway }) => `127.0.0.1:${gateway}`)
    const site = filled(exampleOf('nginx'), {
      ...{ 'listen 443': `listen 127.0.0.1:${port}`, [first]: one, [second]: other },
      ...{ '/etc/nginx/bus.example.vn.crt': certFile, '/etc/nginx/bus.example.vn.key': keyFile },
      ...(publicPath === undefined ? {} : withPath.nginx(publicPath))
    })
    writeFileSync(path('lienthong.conf'), site)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${path(name)};`
    )
    writeFileSync(
      path('nginx.conf'),
      `daemon off;
master_process off;
pid ${path('nginx.pid')};
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.join('\n  ')}
  include ${path('lienthong.conf')};
}
`
    )
    return [nginxProgram, '-e', 'stderr', '-p', folder, '-c', path('nginx.conf')]
  })
}

async function startHaproxy(
  t: Cleanup,
  { port, certFile, keyFile, publicPath, ports }: ProxyOptions
): Promise<RunningProxy> {
  return startProxy(t, port, (folder) => {
    const certificate = join(folder, 'bus.pem')
    writeFileSync(certificate, readFileSync(certFile, 'utf8') + readFileSync(keyFile, 'utf8'))
    const [one, other] = ports.map(({ gateway, management }) => `127.0.0.1:${gateway} port ${management}`)
    const file = join(folder, 'haproxy.cfg')
    const names = {
      ...{ [first]: one, [second]: other, '/etc/haproxy/bus.example.vn.pem': certificate },
      ...(publicPath === undefined ? {} : withPath.haproxy(publicPath))
    }
    writeFileSync(file, filled(exampleOf('haproxy'), { 'bind :443': `bind 127.0.0.1:${port}`, ...names }))
    return [haproxyProgram, '-db', '-f', file]
  })
}

/** The example with what its reader changes; fails if that is not in it. */
function filled(text: string, changes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(changes).reduce((before, [from, to = '']) => {
    assert.ok(before.includes(from), `the example has ${from}`)
    return before.replaceAll(from, () => to)
  }, text)
}

async function startProxy(
  t: Cleanup,
  port: number,
  prepare: (folder: string) => readonly [string, ...string[]]
): Promise<RunningProxy> {
  let running: ServerProcess | undefined
  const kill = async (): Promise<void> => {
    await running?.kill()
    running = undefined
  }
  const folder = serverFolder(t, kill)
  const command = prepare(folder)
  const start = async (): Promise<void> => {
    const isReady = (): Promise<boolean> => listens(port)
    running ??= await startServerProcess({ command, folder, log: join(folder, 'log'), isReady })
  }
  await start()
  return { port, start, kill }
}
