import type { DemoKind } from './demo-kind.ts'
import documentAxis from './kinds/document-axis.ts'
import documentSftp from './kinds/document-sftp.ts'
import oneStop from './kinds/one-stop.ts'
import portal from './kinds/portal.ts'
import rest from './kinds/rest.ts'

/** The kinds of the full demo. A further one is a file in `kinds/`, and a line here. */
export const kinds: readonly DemoKind[] = [oneStop, documentSftp, documentAxis, portal, rest]
