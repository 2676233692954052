import { createHttpClient, type HttpClient } from '../../shared-formats/http/http-client.ts'
import type { FileSettings } from '../settings.ts'

const connections = 4

/** Fetches files behind links, within the limits of the settings. */
export function createFileClient(settings: FileSettings): HttpClient {
  const { timeoutMs, maxBytes, allowPlainHttp, allowPrivateAddresses } = settings
  return createHttpClient({
    ...{ timeoutMs, maxBytes, connections },
    allowPlain: allowPlainHttp,
    allowPrivate: allowPrivateAddresses
  })
}
