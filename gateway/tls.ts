import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { Logger } from '#engines/telemetry/logger.ts'

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

const lookEveryMs = 1000

/** A certificate chain and its key as they lie in their files now. */
export function readTls({ certFile, keyFile }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) }
}

/**
 * Takes a renewed certificate into use for new connections, without a restart.
 * One that does not fit its key is reported and the old one kept: renewals
 * write two files, one after the other. Returns what ends the watching.
 */
export function reloadTls(server: HttpsServer, files: TlsFiles, logger: Logger): () => void {
  const reload = (): void => {
    try {
      server.setSecureContext(readTls(files))
      logger.info('renewed TLS certificate loaded')
    } catch (error) {
      logger.error(
        { err: error },
        'renewed TLS certificate cannot be used: check certFile and keyFile; the previous certificate stays in use'
      )
    }
  }
  const watched = [files.certFile, files.keyFile]
  for (const file of watched) watchFile(file, { interval: lookEveryMs, persistent: false }, reload)
  return () => {
    for (const file of watched) unwatchFile(file, reload)
  }
}
