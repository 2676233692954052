import { spawnSync } from 'node:child_process'

/** No file of the process grows beyond so many KiB: writes are cut short there, then refused. */
export function withFileLimit(kib: number): readonly string[] {
  return ['bash', '-c', `ulimit -f ${kib}; exec "$0" "$@"`]
}

/** The folder is a disk of so many KiB, for this process alone; `growDisk` in the script makes it larger. */
export function onSmallDisk(folder: string, kib: number): readonly string[] {
  const mount = `mount -t tmpfs -o size=${kib}k tmpfs ${folder}`
  return ['unshare', '--map-root-user', '--mount', 'bash', '-c', `${mount} && exec "$0" "$@"`]
}

/** Words of a script under `onSmallDisk` that give the disk so many KiB. */
export function growDisk(folder: string, kib: number): string {
  return `(await import('node:child_process')).execFileSync('mount', ['-o', 'remount,size=${kib}k', ${JSON.stringify(folder)}])`
}

/** Why there is no small disk on this machine, for a test's `skip`; false where there is. */
export const noSmallDisk =
  spawnSync(...split(['unshare', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']))
    .status === 0
    ? false
    : 'this machine lets nobody mount a small disk'

/** The `nth` flush of the file, and every one after it, fails with EIO. */
export function withFailingFlush(file: string, nth: number): readonly string[] {
  const flushes = 'fsync,fdatasync'
  const inject = `inject=${flushes}:error=EIO:when=${nth}+`
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-P', file, '-e', `trace=${flushes}`, '-e', inject]
}

/** Why flushes cannot be made to fail here; false where they can. */
export const noFailingFlush =
  spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
    ? false
    : 'strace is not installed, or may not trace'

function split([command = '', ...words]: readonly string[]): [string, string[]] {
  return [command, words]
}
