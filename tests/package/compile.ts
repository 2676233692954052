import { join } from 'node:path'
import { repository } from '../helpers/demo-bus.ts'
import type { Folder } from './folder.ts'

interface Compilation {
  readonly files: readonly string[]
  /** With the types of Node, or as for a browser behind a bundler. */
  readonly for: 'node' | 'browser'
}

/** The compiler finds the types of what the files import, and those fit each other. */
export async function compile(folder: Folder, { files, for: place }: Compilation): Promise<void> {
  const types =
    place === 'node'
      ? { module: 'nodenext', types: ['node'], typeRoots: [join(repository, 'node_modules', '@types')] }
      : { module: 'esnext', moduleResolution: 'bundler', lib: ['esnext', 'dom', 'dom.iterable'], types: [] }
  const strict = { target: 'esnext', noEmit: true, strict: true, skipLibCheck: false, allowJs: true }
  const name = `tsconfig.${place}.json`
  folder.write(name, JSON.stringify({ compilerOptions: { ...strict, ...types }, files }))
  await folder.run(join(repository, 'node_modules', '.bin', 'tsc'), ['-p', name])
}
