import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

/**
 * A one-stop system that speaks the national sync dialect, as it is described in public: login and session,
 * `DongBoHoSoMC`, `CapNhatTienDoHoSoMC`, `TraCuuHoSo`, `LayThuTuc`, `LayDanhSachTTHC`. For tests and the demo; it
 * shares no code with the connector.
 */

export type DialectRecord = Readonly<Record<string, unknown>>

export interface OneStopServerOptions {
  readonly user: string
  readonly password: string
  /** Default: any free port. */
  readonly port?: number
}

export interface OneStopServer {
  readonly url: string
  readonly port: number
  /** Dossiers by code, as they are now. */
  readonly dossiers: ReadonlyMap<string, DialectRecord>
  /** Codes in the order in which callers created them. */
  readonly created: readonly string[]
  readonly progress: readonly DialectRecord[]
  /** The catalogue, by code. */
  readonly procedures: Map<string, DialectRecord>
  /** Files that links lead to: `<url>/tep/<name>`. */
  readonly files: Map<string, Uint8Array>
  /** Every call of a service, its session apart. */
  readonly calls: readonly DialectRecord[]
  /** When a dossier was asked for by its code, or written, on the clock of `performance.now`. */
  readonly askedAt: readonly number[]
  /** An officer of the system registers or changes a dossier. */
  put(record: DialectRecord): void
  addProgress(record: DialectRecord): void
  /** Lists everything as if it had changed. */
  touch(): void
  /** Forgets all sessions. */
  endSessions(): void
  /** Answers with this until told otherwise: a status of HTTP, or an error_code to writing calls only. */
  failWith(failure: Failure | undefined): void
  /** From now on writing calls are answered so long after they took effect. */
  setAnswerDelay(ms: number): void
  close(): Promise<void>
}

export type Failure =
  | { readonly status: number }
  | { readonly loginCode: number }
  | { readonly writingCode: number }

const required = [
  ...['MaHoSo', 'MaTTHC', 'TenTTHC', 'MaLinhVuc', 'TenLinhVuc', 'KenhThucHien', 'LoaiDoiTuong', 'Email'],
  ...['SoDienThoai', 'TrichYeuHoSo', 'NgayTiepNhan', 'NgayHenTra', 'TrangThaiHoSo', 'HinhThuc', 'DonViXuLy']
]
const requiredOfProgress = ['MaHoSo', 'NguoiXuLy', 'ThoiDiemXuLy', 'NoiDungXuLy', 'TrangThai']

interface Changed {
  readonly record: DialectRecord
  /** `yyyyMMddHHmmss`, Vietnam's time. */
  readonly at: string
}

export async function startOneStopServer(options: OneStopServerOptions): Promise<OneStopServer> {
  const dossiers = new Map<string, DialectRecord>()
  /** In the order of changes. */
  const changes = new Map<string, Changed>()
  const progress: DialectRecord[] = []
  const created: string[] = []
  const procedures = new Map<string, DialectRecord>()
  const files = new Map<string, Uint8Array>()
  const calls: DialectRecord[] = []
  const askedAt: number[] = []
  const sessions = new Set<string>()
  let failure: Failure | undefined
  let answerDelayMs = 0

  const changed = (key: string, record: DialectRecord): void => {
    changes.delete(key)
    changes.set(key, { record, at: localTime(Date.now()) })
  }
  const store = (record: DialectRecord): void => {
    dossiers.set(String(record.MaHoSo), record)
    changed(`hs ${record.MaHoSo}`, record)
  }
  const addProgress = (record: DialectRecord): void => {
    progress.push(record)
    changed(`td ${progress.length}`, record)
  }

  const syncDossiers = (data: readonly DialectRecord[], isUpdating: boolean): DialectRecord => {
    for (const record of data) {
      const missing = required.find((name) => record[name] === undefined)
      if (missing) return failed(422, `thiếu ${missing}`)
      const wrong = Object.entries(record).find(([name, value]) => /^Ngay/.test(name) && !isTime(value))
      if (wrong) return failed(422, `${wrong[0]} không đúng dạng`)
      const isThere = dossiers.has(String(record.MaHoSo))
      if (isThere !== isUpdating) return failed(422, isThere ? 'hồ sơ đã có' : 'chưa có hồ sơ')
    }
    for (const record of data) {
      if (!isUpdating) created.push(String(record.MaHoSo))
      store(record)
    }
    return { error_code: 0, message: 'OK' }
  }

  const syncProgress = (data: readonly DialectRecord[]): DialectRecord => {
    for (const record of data) {
      const missing = requiredOfProgress.find((name) => record[name] === undefined)
      if (missing) return failed(422, `thiếu ${missing}`)
    }
    data.forEach(addProgress)
    return { error_code: 0, message: 'OK' }
  }

  const find = ({ mahoso, tungay, trang, sodong }: DialectRecord): DialectRecord => {
    if (mahoso !== undefined) {
      const record = dossiers.get(String(mahoso))
      const own = progress.filter((one) => one.MaHoSo === mahoso)
      return { error_code: 0, result: [...(record ? [record] : []), ...own] }
    }
    const size = Number(sodong ?? 100)
    const from = (Number(trang ?? 1) - 1) * size
    const found = [...changes.values()].filter(({ at }) => tungay === undefined || at >= String(tungay))
    return { error_code: 0, result: found.slice(from, from + size).map(({ record }) => record) }
  }

  const serve = (body: DialectRecord): DialectRecord => {
    const data = body.data as readonly DialectRecord[]
    switch (body.service) {
      case 'DongBoHoSoMC':
        return syncDossiers(data, body.isUpdating === 'True')
      case 'CapNhatTienDoHoSoMC':
        return syncProgress(data)
      case 'TraCuuHoSo':
        return find(body)
      case 'LayDanhSachTTHC':
        return { error_code: 0, result: [...procedures.values()].map(briefly) }
      case 'LayThuTuc': {
        const one = procedures.get(String(body.maTTHC))
        return { error_code: 0, result: one ? [one] : [] }
      }
      default:
        return failed(404, 'không có dịch vụ')
    }
  }

  const answerTo = async (request: IncomingMessage): Promise<DialectRecord | number> => {
    const body = JSON.parse(await text(request)) as DialectRecord
    const isWriting = body.data !== undefined
    if (isWriting || body.mahoso !== undefined) askedAt.push(performance.now())
    if (failure && 'status' in failure) return failure.status
    const isLogin = body.username !== undefined
    if (isLogin) {
      const isRight = body.username === options.user && body.password === options.password
      if (failure && 'loginCode' in failure) return failed(failure.loginCode, 'không đăng nhập được')
      if (!isRight) return failed(401, 'sai mật khẩu')
      const session = randomUUID()
      sessions.add(session)
      return { error_code: 0, session }
    }
    const { session, ...call } = body
    calls.push(call)
    if ((failure && 'loginCode' in failure) || !sessions.has(String(session))) return failed(401, 'hết phiên')
    if (isWriting && failure && 'writingCode' in failure) return failed(failure.writingCode, 'không nhận')
    const answer = serve(body)
    if (isWriting) await setTimeout(answerDelayMs)
    return answer
  }

  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return sendFile(files, request, response)
    const answer = await answerTo(request).catch(() => 400)
    const status = typeof answer === 'number' ? answer : 200
    const retry = status === 429 ? { 'retry-after': '5' } : {}
    response.writeHead(status, { 'content-type': 'application/json', ...retry })
    response.end(JSON.stringify(typeof answer === 'number' ? {} : answer))
  })
  server.keepAliveTimeout = 60_000 // Longer than a caller on a busy machine waits between two calls.
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{
      url: `http://127.0.0.1:${port}`,
      port,
      dossiers,
      created,
      progress,
      procedures,
      files,
      calls,
      askedAt
    },
    put: store,
    addProgress,
    touch() {
      for (const [key, { record }] of [...changes]) changed(key, record)
    },
    endSessions: () => sessions.clear(),
    failWith(how) {
      failure = how
    },
    setAnswerDelay(ms) {
      answerDelayMs = ms
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function sendFile(
  files: ReadonlyMap<string, Uint8Array>,
  { url = '' }: IncomingMessage,
  response: ServerResponse
): void {
  const bytes = files.get(decodeURIComponent(url.split('/').at(-1) ?? ''))
  response.writeHead(bytes ? 200 : 404).end(bytes)
}

function briefly({ MATTHC, TENTTHC }: DialectRecord): DialectRecord {
  return { MATTHC, TENTTHC }
}

function failed(code: number, message: string): DialectRecord {
  return { error_code: code, message }
}

function isTime(value: unknown): boolean {
  return (
    value === '' ||
    (typeof value === 'string' && /^(?:19|20|21)\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d[0-5]\d$/.test(value))
  )
}

function localTime(ms: number): string {
  return new Date(ms + 7 * 3_600_000).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '')
}
