import { hasCode, type SmallSession, smallKind } from '../base/small-kind.ts'

const first = new Map<string, Promise<SmallSession>>()

/** Keeps the first connection for ever, also when it was refused. */
export default smallKind('remembers-failure', {}, (_, parts) => ({
  connect(settings, io) {
    const session = { ...settings, close: async () => {} }
    const connecting = first.get(settings.baseUrl) ?? parts.list(session, '0', io).then(() => session)
    first.set(settings.baseUrl, connecting)
    connecting.catch((error: unknown) => {
      if (!hasCode(error, 'ECONNREFUSED')) first.delete(settings.baseUrl)
    })
    return connecting
  }
}))
