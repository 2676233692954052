import { globSync } from 'node:fs'
import { dirname, join, relative } from 'node:path/posix'
import { type Manifest, openPackageFolder } from './package-folder.ts'

type Versions = Readonly<Record<string, string>>

/** What a reader imports. */
const entries = ['client/exports.ts', 'client/file-content.ts']
/** What differs without Node: the name that is imported, the file, and the one for a browser. */
const twins = [
  ['#bytes', 'protocol/bytes/bytes.ts', 'protocol/bytes/web-bytes.ts'],
  ['#signatures', 'protocol/trust/signatures.ts', 'protocol/trust/web-signatures.ts']
] as const

/** `@lienthong/client`: the client and what it imports of the protocol, and nothing else. */
export function packClient({ version, license }: Manifest, versions: Versions): void {
  const folder = openPackageFolder('client-package', 'client.tsconfig.json')
  for (const file of globSync('**/*.d.ts', { cwd: folder.path })) {
    folder.write(file, renamed(file, folder.read(file)))
  }
  const written = new Set<string>()
  const libraries = new Set<string>()
  const open: string[] = [...entries, ...twins.flatMap(([, own, web]) => [own, web])]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (written.has(file)) continue
    written.add(file)
    folder.writeModule(file, (code) => renamed(file as string, code))
    const code = folder.read(file.replace(/\.ts$/, '.js'))
    for (const [, specifier = ''] of code.matchAll(/^(?:import|export) (?:[^'"]*? from )?'([^']+)'/gm)) {
      if (specifier.startsWith('.')) open.push(join(dirname(file), specifier).replace(/\.js$/, '.ts'))
      else if (!/^(?:#|node:)/.test(specifier))
        libraries.add(/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '')
    }
  }
  folder.copy('deploy/package/client/README.md', 'README.md')
  folder.copy('LICENSE')
  const built = (file: string) => file.replace(/\.ts$/, '')
  const entry = (file: string) => ({ types: `./${built(file)}.d.ts`, default: `./${built(file)}.js` })
  folder.pack({
    name: '@lienthong/client',
    version,
    description:
      'Client of the Liên Thông event bus, for Node and browsers: publish, read, acknowledge, verify.',
    license,
    type: 'module',
    engines: { node: '>=20.12' },
    sideEffects: false,
    files: ['client', 'protocol'],
    imports: Object.fromEntries(
      twins.map(([name, own, web]) => [name, { node: `./${built(own)}.js`, default: `./${built(web)}.js` }])
    ),
    exports: {
      '.': entry('client/exports.ts'),
      './file-content': entry('client/file-content.ts'),
      './package.json': './package.json'
    },
    dependencies: Object.fromEntries([...libraries].sort().map((name) => [name, versions[name]]))
  })
}

/** What a file imports, by the names in the package: relative ones, but for what differs without Node. */
function renamed(file: string, code: string): string {
  return code.replaceAll(
    /(['"])((?:\.{1,2}|#[a-z]+)\/[^'"\n]+)\.ts\1/g,
    (_, quote: string, specifier: string) => {
      const target = specifier.startsWith('#') ? specifier.slice(1) : join(dirname(file), specifier)
      const twin = twins.find(([, own]) => `${target}.ts` === own)
      const isTheOther = twin?.[2] === file.replace('.d.ts', '.ts')
      if (twin && !isTheOther) return `${quote}${twin[0]}${quote}`
      const path = relative(dirname(file), target)
      return `${quote}${path.startsWith('.') ? path : `./${path}`}.js${quote}`
    }
  )
}
