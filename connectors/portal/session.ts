import type { ConnectorIo, Session } from '../connector.ts'
import type { PortalSettings } from './settings.ts'

/** What an instance keeps between its calls; HTTP needs no connection of its own. */
export interface PortalSession extends Session {
  readonly settings: PortalSettings
  /** Logs a warning unless this session has given it already. */
  readonly warnOnce: (text: string, io: Pick<ConnectorIo, 'log'>) => void
}

export function openSession(settings: PortalSettings): PortalSession {
  const warned = new Set<string>()
  return {
    settings,
    warnOnce(text, { log }) {
      if (!warned.has(text)) log.warn({}, text)
      warned.add(text)
    },
    close: async () => {}
  }
}
