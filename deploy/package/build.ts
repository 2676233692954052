import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * `npm run package`: writes the package as it is installed to `var/package`, and packs it. Node does not
 * strip types under `node_modules`, so the package holds JavaScript with declarations. Types become white
 * space: every line and column of a stack trace is that of the source.
 */
const root = join(import.meta.dirname, '..', '..')
const target = join(root, 'var', 'package')

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
  'deploy/package'
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
  'CHANGELOG.md',
  'LICENSE'
]

type Manifest = Readonly<Record<string, unknown>> & {
  readonly imports: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

rmSync(target, { recursive: true, force: true })
execFileSync('tsc', ['-p', join(import.meta.dirname, 'tsconfig.json')], { stdio: 'inherit' })
for (const file of globSync('**/*.d.ts', { cwd: target })) write(file, inJavaScript(read(target, file)))
for (const file of globSync('**/*.ts', { cwd: root, exclude: isLeft })) {
  if (/\.test\.ts$|\/fixtures\/|^cli\/main\.ts$/.test(file)) continue
  write(file.replace(/\.ts$/, '.js'), inJavaScript(stripTypeScriptTypes(read(root, file))))
}
write('cli/main.cjs', inJavaScript(read(root, 'cli/main.cjs')))
for (const file of globSync(assets, { cwd: root, exclude: isLeft })) {
  mkdirSync(dirname(join(target, file)), { recursive: true })
  cpSync(join(root, file), join(target, file))
}
write(
  'package.json',
  `${JSON.stringify(manifest(JSON.parse(read(root, 'package.json')) as Manifest), null, 2)}\n`
)
execFileSync('npm', ['pack', '--silent', '--pack-destination', join(root, 'var'), target], {
  stdio: 'inherit'
})

function isLeft(file: string): boolean {
  return left.some((folder) => file === folder || file.startsWith(`${folder}/`))
}

/** The same code with the names of the files that are installed. */
function inJavaScript(code: string): string {
  return code.replaceAll(/(['"])((?:\.{1,2}\/|#[a-z]+\/)[^'"\n]+)\.ts\1/g, '$1$2.js$1')
}

/** What is installed: not the pinned Node, nor what only tests and the bench import. */
function manifest({
  imports,
  optionalDependencies,
  devDependencies: _,
  scripts: _scripts,
  ...rest
}: Manifest) {
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
    optionalDependencies: Object.fromEntries(Object.entries(optionalDependencies).filter(own))
  }
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8')
}

function write(file: string, text: string): void {
  const path = join(target, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode: file === 'cli/main.cjs' ? 0o755 : 0o644 })
}
