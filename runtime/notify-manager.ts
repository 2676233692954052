import { execFile } from 'node:child_process'
import { environment } from './environment.ts'
import { warn } from './output.ts'

/**
 * Tells systemd what state this process is in, if systemd asked for it (`Type=notify`, sd_notify(3)). Node has no
 * datagram sockets with a path, so systemd's own command sends it.
 */
export function notifyManager(state: 'READY=1' | 'STOPPING=1'): void {
  if (environment.NOTIFY_SOCKET === undefined) return
  execFile('systemd-notify', [state], { timeout: 10_000 }, (error) => {
    if (error)
      warn(
        `systemd was not told ${state}: ${error.message}. Let the service run systemd-notify, or set Type=exec.`
      )
  })
}
