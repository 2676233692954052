import type { DemoKind } from './demo-kind.ts'
import directory from './kinds/directory.ts'
import documentAxis from './kinds/document-axis.ts'
import documentSftp from './kinds/document-sftp.ts'
import email from './kinds/email.ts'
import oneStop from './kinds/one-stop.ts'
import portal from './kinds/portal.ts'
import rest from './kinds/rest.ts'
import sms from './kinds/sms.ts'
import staff from './kinds/staff.ts'

/** The kinds of the full demo. A further one is a file in `kinds/`, and a line here. */
export const kinds: readonly DemoKind[] = [
  ...[staff, directory, oneStop, email, sms],
  ...[documentSftp, documentAxis, portal, rest]
]
