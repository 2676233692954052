import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, PEM. */
export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** Signs certificates for a test's servers and their clients. */
export interface Authority {
  /** The certificate that clients trust. */
  readonly caFile: string
  /** `names` as in a subjectAltName, such as `IP:127.0.0.1,DNS:localhost`. */
  issue(name: string, names?: string): CertificateFiles
}

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Creates a certificate authority for a test with openssl, with its files in the folder. */
export function makeAuthority(folder: string, name: string): Authority {
  const path = (suffix: string): string => join(folder, `${name}${suffix}`)
  const caFile = path('.crt')
  const caKey = path('.key')
  openssl('req', '-x509', ...curve, '-days', '1', '-subj', `/CN=${name}`, '-keyout', caKey, '-out', caFile)
  return {
    caFile,
    issue(subject, names) {
      const of = (suffix: string): string => path(`-${subject}${suffix}`)
      const [keyFile, request, certFile, extensions] = ['.key', '.csr', '.crt', '.ext'].map(of) as [
        string,
        string,
        string,
        string
      ]
      openssl('req', ...curve, '-subj', `/CN=${subject}`, '-keyout', keyFile, '-out', request)
      writeFileSync(extensions, names === undefined ? '' : `subjectAltName=${names}\n`)
      const by = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-days', '1', '-extfile', extensions]
      openssl('x509', '-req', '-in', request, ...by, '-out', certFile)
      return { certFile, keyFile }
    }
  }
}

/** Both in one file, as Kafka requires. */
export function joined({ certFile, keyFile }: CertificateFiles, file: string): string {
  writeFileSync(file, readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8'), { mode: 0o600 })
  return file
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] })
}
