import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { say } from '#runtime/output.ts'
import { generatedFiles, generatedFolder } from './generate/generated-files.ts'

if (import.meta.main) await writeGenerated(join(import.meta.dirname, '..'))

/** `npm run generate`: writes all generated files. */
async function writeGenerated(root: string): Promise<void> {
  const files = await generatedFiles(root)
  rmSync(join(root, generatedFolder), { recursive: true, force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  say(`${files.size} files written`)
}
