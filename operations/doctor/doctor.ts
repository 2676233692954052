import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Language } from '#protocol/errors/faults.ts'
import type { Config } from '#runtime/config.ts'
import { type DoctorTexts, doctorTexts } from './doctor-texts.ts'
import { type Finding, finding } from './finding.ts'

const minFreeBytes = 1_073_741_824

/** Checks what the bus needs on this machine, before it is started. */
export async function examineMachine(config: Config, language: Language): Promise<readonly Finding[]> {
  const { folder } = config.data
  const t = doctorTexts(language)
  return [
    finding('Node', Number(process.versions.node.split('.')[0]) >= 24, process.version, t('useNode')),
    await examineFolder(folder, t),
    await examineDisk(folder, t),
    await examinePermissions(folder, t),
    await examinePort(t('gatewayPort'), config.gateway, t),
    await examinePort(t('managementPort'), config.management, t)
  ]
}

async function examineFolder(folder: string, t: DoctorTexts): Promise<Finding> {
  const place = await nearest(folder)
  const problem = await access(`${place}/`, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: unknown) => String(error)
  )
  const message = problem ?? t('writable', { of: folder })
  return finding(t('folder'), problem === undefined, message, t('setFolder'))
}

async function examineDisk(folder: string, t: DoctorTexts): Promise<Finding> {
  const found = await statfs(await nearest(folder))
  const free = found.bavail * found.bsize
  return finding(
    t('disk'),
    free >= minFreeBytes,
    t('free', { of: Math.round(free / 1_048_576) }),
    t('freeSpace')
  )
}

async function examinePermissions(folder: string, t: DoctorTexts): Promise<Finding> {
  const keys = join(folder, 'keys')
  const open: string[] = []
  for (const name of await readdir(keys).catch(() => [])) {
    const { mode } = await stat(join(keys, name))
    if ((mode & 0o077) !== 0) open.push(name)
  }
  const message = open.length === 0 ? t('keysOwnerOnly') : t('keysOthersRead', { of: open.join(', ') })
  return finding(t('permissions'), open.length === 0, message, t('replaceKeys', { folder: keys }))
}

function examinePort(what: string, { host, port }: Config['management'], t: DoctorTexts): Promise<Finding> {
  const { promise, resolve } = Promise.withResolvers<Finding>()
  const server = createServer()
  server.once('error', (error) => resolve(finding(what, false, `${port}: ${error.message}`, t('stopOther'))))
  server.listen(port, host, () =>
    server.close(() =>
      resolve(finding(what, true, port === 0 ? t('anyPort') : t('portFree', { of: port }), ''))
    )
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
