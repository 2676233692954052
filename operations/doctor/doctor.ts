import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import type { Config } from '#runtime/config.ts'
import { type Finding, finding } from './finding.ts'

const minFreeBytes = 1_073_741_824
const maxClockSkewMs = 10_000

/** Checks what the bus needs on this machine, before it is started. */
export async function examineMachine(config: Config): Promise<readonly Finding[]> {
  const { folder } = config.data
  return [
    finding(
      'Node',
      Number(process.versions.node.split('.')[0]) >= 24,
      process.version,
      'Use Node 24.12 or later.'
    ),
    await examineFolder(folder),
    await examineDisk(folder),
    await examinePermissions(folder),
    await examinePort('gateway port', config.gateway.host, config.gateway.port),
    await examinePort('management port', config.management.host, config.management.port)
  ]
}

/** Checks a gateway as one system sees it: connection, clock, audience, key, rights. */
export async function examineGateway(gateway: string, client: Client): Promise<readonly Finding[]> {
  const answered = await fetch(`${gateway}/.well-known/jwks.json`, {
    signal: AbortSignal.timeout(5000)
  }).catch((error: unknown) => String(error))
  if (typeof answered === 'string')
    return [
      finding('gateway', false, answered, `Check that the gateway runs and that ${gateway} is its address.`)
    ]
  const skewMs = Math.abs(Date.parse(answered.headers.get('date') ?? '') - Date.now())
  const clock = finding(
    'clock',
    skewMs <= maxClockSkewMs,
    `differs from the gateway by ${Math.round(skewMs / 1000)} s`,
    'Synchronize the clock by NTP: tokens are valid only a few minutes.'
  )
  return [finding('gateway', true, `${gateway} answers`, ''), clock, ...(await examineToken(client))]
}

async function examineToken(client: Client): Promise<readonly Finding[]> {
  try {
    const system = await client.get<{ status: string; last: string }>(`/v1/systems${client.system}`)
    const { items } = await client.get<{ items: readonly { resource: string; type: string }[] }>(
      '/v1/rights?limit=500'
    )
    const types = items.filter(({ resource }) => resource === client.system).map(({ type }) => type)
    return [
      finding('key and audience', true, `accepted as ${client.system}`, ''),
      finding(
        'system',
        system.status === 'active',
        system.status,
        'Ask the operator of the bus to resume the system.'
      ),
      finding(
        'rights',
        types.length > 0,
        types.join(', ') || 'none',
        'The system can read but not publish. Ask the operator of the bus for rights.'
      )
    ]
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return [
      finding(
        'key and audience',
        false,
        error.message,
        'Check that --gateway is the public URL exactly, and that the key is registered for this system and in force.'
      )
    ]
  }
}

async function examineFolder(folder: string): Promise<Finding> {
  const place = await nearest(folder)
  const message = await access(`${place}/`, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => `${folder} is writable`,
    (error: unknown) => String(error)
  )
  const ok = message.endsWith('is writable')
  return finding(
    'data folder',
    ok,
    message,
    `Set data.folder or --data to a folder that this user may write.`
  )
}

async function examineDisk(folder: string): Promise<Finding> {
  const found = await statfs(await nearest(folder))
  const free = found.bavail * found.bsize
  return finding(
    'disk',
    free >= minFreeBytes,
    `${Math.round(free / 1_048_576)} MiB free`,
    'Free at least 1 GiB for the data folder.'
  )
}

async function examinePermissions(folder: string): Promise<Finding> {
  const keys = join(folder, 'keys')
  const open: string[] = []
  for (const name of await readdir(keys).catch(() => [])) {
    const { mode } = await stat(join(keys, name))
    if ((mode & 0o077) !== 0) open.push(name)
  }
  const message =
    open.length === 0
      ? 'key files are readable only by their owner'
      : `other users may read ${open.join(', ')}`
  return finding(
    'permissions',
    open.length === 0,
    message,
    `Run chmod 600 on these files in ${keys}, and replace the keys: they may be known to others.`
  )
}

function examinePort(what: string, host: string, port: number): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<Finding>()
  const server = createServer()
  server.once('error', (error) =>
    resolve(
      finding(
        what,
        false,
        `${port}: ${error.message}`,
        'Stop the process that uses this port, or configure another port.'
      )
    )
  )
  server.listen(port, host, () =>
    server.close(() => resolve(finding(what, true, port === 0 ? 'any free port' : `${port} is free`, '')))
  )
  return promise
}

/** The folder, or its nearest existing parent. */
async function nearest(folder: string): Promise<string> {
  try {
    await stat(folder)
    return folder
  } catch {
    return nearest(join(folder, '..'))
  }
}
