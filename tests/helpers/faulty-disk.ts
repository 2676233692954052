import { spawnSync } from 'node:child_process'

/** Limits each file of the process to `kib` KiB: a write is cut short there, later ones fail. */
export function withFileLimit(kib: number): readonly string[] {
  return ['bash', '-c', `ulimit -f ${kib}; exec "$0" "$@"`]
}

/** Makes the folder a disk of `kib` KiB, for this process only; `growDisk` in the script enlarges it. */
export function onSmallDisk(folder: string, kib: number): readonly string[] {
  const mount = `mount -t tmpfs -o size=${kib}k tmpfs ${folder}`
  return ['unshare', '--map-root-user', '--mount', 'bash', '-c', `${mount} && exec "$0" "$@"`]
}

/** Code for a script under `onSmallDisk` that gives the disk `kib` KiB. */
export function growDisk(folder: string, kib: number): string {
  return `(await import('node:child_process')).execFileSync('mount', ['-o', 'remount,size=${kib}k', ${JSON.stringify(folder)}])`
}

/** Why this machine cannot have a small disk, for a test's `skip`; false if it can. */
export const noSmallDisk =
  spawnSync(...split(['unshare', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']))
    .status === 0
    ? false
    : 'this machine lets nobody mount a small disk'

/** Makes the `nth` flush of the file, and every later one, fail with EIO. */
export function withFailingFlush(file: string, nth: number): readonly string[] {
  const flushes = 'fsync,fdatasync'
  const inject = `inject=${flushes}:error=EIO:when=${nth}+`
  return ['strace', '-f', '-qq', '-o', '/dev/null', '-P', file, '-e', `trace=${flushes}`, '-e', inject]
}

/** Why flushes cannot be made to fail here; false if they can. */
export const noFailingFlush =
  spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
    ? false
    : 'strace is not installed, or may not trace'

function split([command = '', ...words]: readonly string[]): [string, string[]] {
  return [command, words]
}
