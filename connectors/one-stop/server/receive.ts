import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, Received } from '../../connector.ts'
import { parseObject } from '../dialect/json.ts'
import { giveFile } from '../files/give-file.ts'
import { answer, errorCodes } from './answers.ts'
import { type Call, only } from './call.ts'
import { listProcedures, readProcedure } from './catalogue.ts'
import { findDossier, waitingDossiers } from './dossiers.ts'
import { createSessions } from './sessions.ts'
import { takeRecords } from './take-records.ts'

type Service = (call: Call) => Promise<Received>

const services: Readonly<Record<string, Service>> = {
  DongBoHoSoMC: takeRecords,
  CapNhatTienDoHoSoMC: takeRecords,
  TraCuuHoSo: (call) => (call.body.mahoso === undefined ? waitingDossiers(call) : findDossier(call)),
  LayThuTuc: readProcedure,
  LayDanhSachTTHC: listProcedures
}

const unreadable =
  'Nội dung yêu cầu không đọc được: phải là một đối tượng JSON (UTF-8) đúng dạng của giao thức, không có trường lặp lại. Hãy sửa rồi gửi lại.'

/** Takes a request of a system that speaks the dialect: a login, or a call of a service. */
export async function receive(
  settings: Call['settings'],
  { request, io }: { readonly request: Request; readonly io: ConnectorIo }
): Promise<Received> {
  if (request.method === 'GET') return only(await giveFile(request, settings, io))
  try {
    const text = await readText(request, settings.server.maxBodyBytes)
    if (text === undefined) {
      return only(
        answer(errorCodes.tooLarge, { message: `Yêu cầu lớn hơn ${settings.server.maxBodyBytes} byte.` })
      )
    }
    return await serve({ body: parseObject(text), settings, io })
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    if (error.fault === 'one-stop:unreadable') {
      // The text of the fault is for operators of the bus, and the problem in it is English.
      io.log.warn({ reason: error.message }, 'a request of the outside cannot be read')
      return only(answer(errorCodes.malformed, { message: unreadable }))
    }
    io.log.warn({ reason: error.message }, 'a request of the outside was put off')
    return only(answer(errorCodes.busy, { message: error.text('vi') }))
  }
}

async function serve(call: Call): Promise<Received> {
  const { body, settings, io } = call
  const sessions = createSessions(io.instance, settings.server)
  if (body.service === undefined && body.username !== undefined) {
    const session = sessions.open(body.username, body.password, io.now())
    if (session !== undefined) return only(answer(errorCodes.ok, { session }))
    return only(answer(errorCodes.session, { message: 'Tên đăng nhập hoặc mật khẩu không đúng.' }))
  }
  if (!sessions.isOpen(body.session, io.now())) {
    return only(
      answer(errorCodes.session, { message: 'Phiên không hợp lệ hoặc đã hết hạn. Hãy đăng nhập lại.' })
    )
  }
  const { service } = body
  const madonvi = body.madonvi || io.agency // Some systems send an empty one.
  const isOwn = madonvi === io.agency || settings.units.includes(String(madonvi))
  if (!isOwn) {
    const message = `madonvi phải là ${io.agency} hoặc một mã trong units của cấu hình kết nối.`
    return only(answer(errorCodes.notPermitted, { message }))
  }
  const serving =
    typeof service === 'string' && Object.hasOwn(services, service) ? services[service] : undefined
  if (serving) return serving(call)
  const message = `Không có dịch vụ này. Các dịch vụ: ${Object.keys(services).join(', ')}.`
  return only(answer(errorCodes.unknown, { message }))
}

/** The body; undefined if it is too large. */
async function readText(request: Request, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size).toString()
}
