import type { ConnectorIo } from '../../connector.ts'
import type { PortalSettings } from '../settings.ts'

/** What the articles of one poll have in common. */
export interface InboundContext {
  readonly settings: PortalSettings
  /** The host of the portal, with its port. */
  readonly host: string
  readonly portal: { readonly title: string | undefined; readonly link: string | undefined }
  readonly io: ConnectorIo
}
