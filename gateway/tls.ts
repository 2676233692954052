import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { Logger } from '#engines/telemetry/logger.ts'

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

const lookEveryMs = 1000

/** Reads the certificate chain and its key from their files. */
export function readTls({ certFile, keyFile }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) }
}

/**
 * Uses a renewed certificate for new connections without a restart. A certificate that does not match its
 * key is logged and the old one kept, since a renewal writes the two files one after the other. Returns a
 * function that stops watching.
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
