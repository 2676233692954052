import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packClient } from './client.ts'
import { type Manifest, openPackageFolder, root } from './package-folder.ts'

/**
 * `npm run package`: writes the packages as they are installed to `var/package` and `var/client-package`, or
 * to folders of the folder that it is given, and packs them. Node does not strip types under `node_modules`, so a package holds JavaScript with
 * declarations. Types become white space: every line and column of a stack trace is that of the source.
 */

/** Folders whose code is not part of the product. */
const left = [
  'node_modules',
  'var',
  'bench',
  'tests',
  '.git',
  'cli/generate',
  'cli/generate.ts',
  'connectors/kit/broken',
  'deploy/package',
  // Only a browser loads these, from `@lienthong/client`.
  'protocol/bytes/web-bytes.ts',
  'protocol/trust/web-signatures.ts'
]
/** What code reads at run time, and what a reader of the package looks for. */
const assets = [
  'schemas/**/*.{avsc,json}',
  'deploy/demo/*.yaml',
  'deploy/servers/versions.json',
  'connectors/example/**/*.ts', // What `lienthong connectors new` copies.
  'gateway/console/web/**/*.{css,html,js,svg}',
  'connectors/*/sources/*.sql', // For the databases of outside systems.
  'docs/**/*.md',
  'deploy/alerts/*.yaml',
  'deploy/grafana/*.json',
  '**/README.md',
  'README.vi.md',
  'CHANGELOG.md',
  'LICENSE'
]

type Versions = Readonly<Record<string, string>>

const {
  imports,
  dependencies,
  optionalDependencies,
  devDependencies,
  scripts: _scripts,
  ...rest
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest &
  Readonly<Record<'imports' | 'dependencies' | 'optionalDependencies' | 'devDependencies', Versions>>

packBus()
packClient(rest, { ...devDependencies, ...dependencies })

/** `lienthong`: the command, and what connectors and clients import. */
function packBus(): void {
  const folder = openPackageFolder('package', 'tsconfig.json')
  for (const file of globSync('**/*.d.ts', { cwd: folder.path })) {
    folder.write(file, inJavaScript(folder.read(file)))
  }
  for (const file of globSync('**/*.ts', { cwd: root, exclude: isLeft })) {
    if (!/\.test\.ts$|\/fixtures\/|^cli\/main\.ts$/.test(file)) folder.writeModule(file, inJavaScript)
  }
  folder.write('cli/main.cjs', inJavaScript(readFileSync(join(root, 'cli', 'main.cjs'), 'utf8')), 0o755)
  for (const file of globSync(assets, { cwd: root, exclude: isLeft })) folder.copy(file)
  folder.pack(manifest())
}

function isLeft(file: string): boolean {
  return left.some((folder) => file === folder || file.startsWith(`${folder}/`))
}

/** The same code with the names of the files that are installed. */
function inJavaScript(code: string): string {
  return code.replaceAll(/(['"])((?:\.{1,2}\/|#[a-z]+\/)[^'"\n]+)\.ts\1/g, '$1$2.js$1')
}

/** What is installed: not the pinned Node, nor what only tests and the bench import. */
function manifest(): Manifest {
  const own = ([name]: readonly [string, unknown]): boolean => !/^#(?:tests|bench)\/|^node-/.test(name)
  const file = (path: string) => ({ types: `./${path}.d.ts`, default: `./${path}.js` })
  return {
    ...rest,
    imports: Object.fromEntries(Object.entries(imports).filter(own)),
    exports: {
      './connector': file('connectors/connector'),
      './connector-kit': file('connectors/kit/lent-io'),
      './connector-kit/*': file('connectors/kit/*'),
      './faults': file('protocol/errors/define-faults'),
      './client/*': file('client/*'),
      './schemas/*': file('schemas/generated/*'),
      './package.json': './package.json'
    },
    dependencies,
    optionalDependencies: Object.fromEntries(Object.entries(optionalDependencies).filter(own))
  }
}
