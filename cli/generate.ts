import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { say } from '#runtime/output.ts'
import { generatedFiles, generatedFolder } from './generate/generated-files.ts'

if (import.meta.main) writeGenerated(join(import.meta.dirname, '..'))

/** `npm run generate`: writes all generated files. */
function writeGenerated(root: string): void {
  const files = generatedFiles(root)
  rmSync(join(root, generatedFolder), { recursive: true, force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  say(`${files.size} files written`)
}
