import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Config } from '#runtime/config.ts'
import { type Finding, finding } from './finding.ts'

const minFreeBytes = 1_073_741_824

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
