import { randomUUID } from 'node:crypto'
import { access, constants, type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { faults } from '../faults.ts'

/** What a person needs to sign in for the first time. */
export interface HandedOut {
  readonly staffNumber: string
  readonly fullName: string
  readonly name: string
  readonly address: string
  readonly password: string
}

/** Where the first password of a person is handed out. */
export function handedOutFile(folder: string, staffNumber: string): string {
  return join(folder, `${encodeURIComponent(staffNumber).replaceAll(/[.*]/g, hex)}.json`)
}

/** Points would make hidden files and leave the folder; stars are for no shell. */
function hex(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
}

/** What was written before, by an attempt that a crash ended for example. */
export async function readHandedOut(folder: string, staffNumber: string): Promise<HandedOut | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(handedOutFile(folder, staffNumber), 'utf8'))
    return isHandedOut(read) && read.staffNumber === staffNumber ? read : undefined
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return undefined
    throw folderUnusable(error)
  }
}

function isHandedOut(read: unknown): read is HandedOut {
  const has = (name: string): boolean =>
    typeof read === 'object' && read !== null && typeof Reflect.get(read, name) === 'string'
  return ['staffNumber', 'fullName', 'name', 'address', 'password'].every(has)
}

/** Durable before the account is made: a password that nobody knows would lock its owner out. */
export async function handOut(folder: string, account: HandedOut): Promise<void> {
  const target = handedOutFile(folder, account.staffNumber)
  const temporary = `${target}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    await using _ = file
    await file.writeFile(`${JSON.stringify(account, null, 2)}\n`)
    await file.sync()
    await rename(temporary, target)
    await syncFolder(folder)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw folderUnusable(error)
  }
}

/** Rejects if no password could be handed out. */
export async function checkFolder(folder: string): Promise<void> {
  try {
    await access(join(folder, '.'), constants.W_OK | constants.X_OK)
    const { mode } = await stat(folder)
    if ((mode & 0o022) === 0) return
  } catch (error) {
    throw folderUnusable(error)
  }
  throw faults.folderUnusable({ values: { problem: 'others may write to it' } })
}

export async function takeBack(folder: string, staffNumber: string): Promise<void> {
  await rm(handedOutFile(folder, staffNumber), { force: true })
}

async function syncFolder(folder: string): Promise<void> {
  const opened: FileHandle = await open(folder, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}

function folderUnusable(cause: unknown) {
  return faults.folderUnusable({ cause, values: { problem: codeOf(cause) ?? 'it is not readable' } })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
