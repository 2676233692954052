import { BusError } from '#protocol/errors/bus-error.ts'
import type { Received } from '../../connector.ts'
import { faults } from '../faults.ts'
import { packageOf } from '../map/package-of.ts'
import { readAxisTimestamp, verifiedHeaders } from '../transport/axis-headers.ts'
import { readSecret, readText } from '../transport/secrets.ts'
import { axisCodes, codeOf, failed, fine, fineWith, fineWithList } from './answers.ts'
import { type Asked, answered, type Call, nameOf } from './call.ts'
import { received, sent } from './lists.ts'
import { readBody } from './read-body.ts'
import { takePackage } from './take-package.ts'

const maxRegistrationBytes = 65_536

/** Answers a document system as the axis would. Nothing is read of a request that its system has not signed. */
export async function receive(request: Request, asked: Asked): Promise<Received> {
  const header = await verify(request, asked)
  if (header instanceof Response) return answered(header)
  const operation = new URL(request.url).pathname.split('/').at(-1) ?? ''
  const call = { ...asked, header, request }
  try {
    if (operation === 'sendEdoc') return await takePackage(call)
    const answer = Object.hasOwn(operations, operation) ? operations[operation] : undefined
    return answered(answer ? await answer(call) : unknownOperation(operation))
  } catch (error) {
    if (!(error instanceof BusError) || asked.io.signal.aborted) throw error
    return answered(refusalOf(error))
  }
}

function refusalOf(error: BusError): Response {
  if (error.code !== 'BUS_REQUEST_TOO_LARGE') return failed(codeOf(error), error.text('vi'))
  const text = `Nội dung yêu cầu lớn hơn ${error.values.limit} byte, là giới hạn của chức năng này.`
  return failed(axisCodes.fileInvalid, text)
}

/** Reads the signed headers; or the answer to a request that nobody of ours signed, or signed too long ago. */
async function verify(
  { headers }: Request,
  { settings, io }: Asked
): Promise<((name: string) => string) | Response> {
  const { systemId, maxAgeSeconds, formerSecretFile } = settings
  const secrets = [await readSecret(settings, 'axisServer.secret')]
  if (formerSecretFile !== undefined) {
    const former = (await readText(formerSecretFile, 'axisServer.formerSecretFile')).trim()
    if (former !== '') secrets.push(former)
  }
  const [values] = secrets.flatMap((secret) => verifiedHeaders(headers, { systemId, secret }) ?? [])
  if (!values) {
    return failed(
      axisCodes.notAuthenticated,
      'Chữ ký của yêu cầu không hợp lệ: kiểm tra SystemId và SecretKey.'
    )
  }
  const at = readAxisTimestamp(values.get('timestamp') ?? '')
  if (at === undefined || Math.abs(io.now() - at) > maxAgeSeconds * 1000) {
    const text = `Thời điểm ký (timestamp) lệch quá ${maxAgeSeconds} giây so với đồng hồ của trục: kiểm tra đồng hồ và ký lại yêu cầu.`
    return failed(axisCodes.notAuthenticated, text)
  }
  return (name) => values.get(name.toLowerCase()) ?? ''
}

/** Whether the agency that the body names is one that the document system is told of. */
async function namesKnown({ settings, request, io }: Call): Promise<boolean> {
  const body = await readBody(request, { limit: maxRegistrationBytes, signal: io.signal })
  return [io.agency, ...settings.agencies.map(({ code }) => code)].includes(codeIn(body))
}

function codeIn(body: Buffer): string {
  try {
    const value = JSON.parse(body.toString()) as { readonly code?: unknown } | null
    return String(value?.code ?? '')
  } catch {
    return '' // No agency has it.
  }
}

const operations: Readonly<Record<string, (call: Call) => Promise<Response>>> = {
  getAgenciesList: async (call) => fine({ data: unitsOf(call) }),
  getAgenciesListQD20: async (call) =>
    fine({ data: unitsOf(call).map((unit) => ({ ...unit, code102: unit.code })) }),
  getSynchronizeUnit: async (call) =>
    fine({
      data: unitsOf(call).map((unit) => ({
        ...unit,
        version: 1,
        centerCode: '',
        deleted: false,
        modifyDate: '',
        isAgency: true
      }))
    }),

  /** Agencies are registered on the bus by its operators. */
  async registerAgency(call) {
    return (await namesKnown(call))
      ? fine()
      : failed(axisCodes.senderUnknown, 'Đơn vị do quản trị trục đăng ký.')
  },

  /** No document system takes an agency off the bus. */
  async deleteAgency(call) {
    return (await namesKnown(call))
      ? failed(
          axisCodes.senderUnknown,
          'Đơn vị do quản trị trục đăng ký và gỡ bỏ: hãy liên hệ quản trị trục.'
        )
      : failed(axisCodes.recipientUnknown, 'Đơn vị không tồn tại.')
  },

  getReceivedEdocList: async ({ header, io }) => fineWithList(received(io, header('messagetype'))),
  getSentEdocList: async ({ header, io }) => fineWithList(await sent(io, header('messagetype'))),

  async getEdoc({ header, io }) {
    const found = await io.waitingEvent(header('docId'))
    if (!found) return failed(axisCodes.fileInvalid, 'Không có gói tin với docId này.')
    await io.notCollected(found.hash, faults.receiverSilent({ values: { agency: nameOf(io) } }))
    return fineWith(packageOf(found, io).open())
  },

  /** A package that its recipient could not take is listed again later, so that it is not lost. */
  async updateStatus({ header, io }) {
    const [docId, status] = [header('docId'), header('status')]
    if (!['processing', 'done', 'fail'].includes(status)) {
      return failed(axisCodes.fileInvalid, 'status phải là processing, done hoặc fail.')
    }
    if (status === 'done') await io.collected([docId])
    if (status === 'fail') {
      await io.notCollected(docId, faults.receiverFailed({ values: { agency: nameOf(io) } }))
    }
    return fine()
  }
}

function unknownOperation(operation: string): Response {
  return failed(
    axisCodes.failed,
    `Trục không có chức năng ${operation.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 40)}.`
  )
}

function unitsOf({ settings: { agencies, systemId }, io }: Call) {
  const own = agencies.some(({ code }) => code === io.agency)
    ? []
    : [{ code: io.agency, name: io.agencyName() }]
  return [...own, ...agencies].map(({ code, name, ...more }) => {
    return { id: code, pid: systemId, code, name, mail: 'mail' in more ? more.mail : '' }
  })
}
