import { startRegisterServer } from '../../../outsides/register/register-server.ts'
import { eventually } from '../../party.ts'
import { stepTimeoutMs } from '../../scenario-options.ts'
import { agency, agreement, commune, department, register, system } from '../cast.ts'
import { type DemoKind, instanceOf, onThisMachine } from '../demo-kind.ts'

const name = 'giam-sat'
const type = 'dossier.completed.v1'
const key = 'khoa mau'

/** The province's monitoring, with a JSON API of its own: it counts finished cases. */
const rest: DemoKind = {
  title: { vi: 'rest (sổ theo dõi hồ sơ đã xong)', en: 'rest (a register of finished dossiers)' },

  async open(options) {
    const server = await startRegisterServer({ key })
    const body = `{ "code": data.dossierCode, "flow": correlationid ? correlationid : subject,
      "status": data.status, "finishedAt": data.finishedAt, "onTime": data.onTime }`
    const sample = {
      ...{ dossierCode: '000.00.83.H03-261126-0001', status: '10', attachments: [] },
      finishedAt: '2026-11-26T08:00:00.000Z'
    }
    const settings = {
      ...{ baseUrl: server.url, ...onThisMachine(), auth: { kind: 'apiKey', secret: key } },
      deliver: {
        repeatable: true,
        requests: [{ type, method: 'PUT', path: '/dossiers/{data.dossierCode}', body, sample }]
      }
    }
    return {
      province: {
        agencies: [agency(register, system(name, 'Giám sát, điều hành'))],
        agreements: [agreement(commune, register, type), agreement(department, register, type)]
      },
      connectors: [{ ...instanceOf(options, 'rest', register, name), settings }],
      steps: {
        async completed({ root, linked, outside }) {
          const look = async () => {
            const [first, second] = [root, linked].map((code) => server.entries.get(code))
            return first?.status === '10' && second?.flow === root ? first : undefined
          }
          const missing = {
            vi: `${register.name} không có đủ hai hồ sơ đã xong`,
            en: `${register.name} has not both dossiers as finished`
          }
          const { flow } = await eventually(look, stepTimeoutMs, missing)
          outside({
            vi: `${register.name} có cả hai hồ sơ, là một vụ việc: ${flow}`,
            en: `${register.name} has both dossiers, as one case: ${flow}`
          })
        }
      },
      visit: [
        {
          vi: `${register.name}: ${server.url}/cases, với tiêu đề X-API-Key: ${key}`,
          en: `${register.name}: ${server.url}/cases, with the header X-API-Key: ${key}`
        }
      ],
      close: () => server.close()
    }
  }
}

export default rest
