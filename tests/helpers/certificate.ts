import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Creates a certificate for this machine with openssl and overwrites existing files. */
export function makeCertificate(folder: string, name: string): { certFile: string; keyFile: string } {
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') }
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=IP:127.0.0.1'
    ].concat(['-keyout', files.keyFile, '-out', files.certFile]),
    { stdio: 'ignore' }
  )
  return files
}
