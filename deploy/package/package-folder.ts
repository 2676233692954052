import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { sourceMapOf } from './source-map.ts'

export const root = join(import.meta.dirname, '..', '..')
const results = resolve(process.argv[2] ?? join(root, 'var'))

/** The part of `package.json` that is installed. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly [member: string]: unknown
}

/** A folder beside the results that becomes a package. */
export interface PackageFolder {
  readonly path: string
  read(file: string): string
  write(file: string, text: string, mode?: number): void
  /** A file of the repository as it is. */
  copy(file: string, as?: string): void
  /** A module of the repository as JavaScript, with its source map. `rename` writes what it imports. */
  writeModule(file: string, rename: (code: string) => string): void
  /** Writes the manifest, packs the folder, and writes its SBOM beside it. */
  pack(manifest: Manifest): void
}

/** Empties a folder beside the results and compiles the declarations of the configuration into it. */
export function openPackageFolder(name: string, configuration: string): PackageFolder {
  const path = join(results, name)
  rmSync(path, { recursive: true, force: true })
  execFileSync('tsc', ['-p', join(import.meta.dirname, configuration), '--outDir', path], {
    stdio: 'inherit'
  })

  const write: PackageFolder['write'] = (file, text, mode = 0o644) => {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), text, { mode })
  }

  return {
    path,
    write,
    read: (file) => readFileSync(join(path, file), 'utf8'),

    copy(file, as = file) {
      mkdirSync(dirname(join(path, as)), { recursive: true })
      cpSync(join(root, file), join(path, as))
    },

    writeModule(file, rename) {
      const source = readFileSync(join(root, file), 'utf8')
      const target = file.replace(/\.ts$/, '.js')
      const code = rename(stripTypeScriptTypes(source))
      write(target, `${code}//# sourceMappingURL=${target.replace(/^.*\//, '')}.map\n`)
      write(`${target}.map`, sourceMapOf(target, code, source))
    },

    pack(manifest) {
      write('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
      execFileSync('npm', ['pack', '--silent', '--pack-destination', results, path], { stdio: 'inherit' })
      const sbom = join(
        results,
        `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.cdx.json`
      )
      writeFileSync(sbom, sbomOf(manifest))
    }
  }
}

/** CycloneDX, of the versions in our lock file: those that the tests ran with. */
function sbomOf(manifest: Manifest): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-sbom-'))
  const npm = (...args: readonly string[]): string =>
    execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 })
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    cpSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'))
    npm('install', '--package-lock-only', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund')
    const sbom = JSON.parse(
      npm('sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'library')
    ) as { readonly metadata: { readonly component: { name: string } } }
    sbom.metadata.component.name = manifest.name // npm names it after the folder.
    return `${JSON.stringify(sbom, null, 2)}\n`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
