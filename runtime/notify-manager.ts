import { execFile } from 'node:child_process'
import { environment } from './environment.ts'

/**
 * Tells systemd what state this process is in, if systemd asked for it (`Type=notify`, sd_notify(3)). Node has no
 * datagram sockets with a path, so systemd's own command sends it.
 */
export function notifyManager(state: 'READY=1' | 'STOPPING=1'): void {
  if (environment.NOTIFY_SOCKET === undefined) return
  execFile('systemd-notify', [state], () => {}) // Without it systemd's own time limit for a start ends the process.
}
