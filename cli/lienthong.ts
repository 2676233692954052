import { armFromEnvironment } from '#runtime/environment.ts'
import { endWhenUnread } from '#runtime/output.ts'
import { runCommand } from './run-command.ts'

armFromEnvironment()
endWhenUnread()
const code = await runCommand(process.argv.slice(2))
if (code !== undefined) process.exit(code)
