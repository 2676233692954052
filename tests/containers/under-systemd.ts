import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { podman, repository, run, untilServing } from './podman.ts'
import { startTraffic } from './traffic.ts'

const [name, image] = ['lienthong-systemd', 'localhost/lienthong-systemd'] as const

/**
 * The Debian package on a Debian with systemd, as docs/running.md installs it. The bus is killed, and a later package
 * installed, while an agency sends.
 */
export async function underSystemd(say: (line: string) => void): Promise<void> {
  await run('npm', 'run', '--silent', 'package:deb')

  const folder = mkdtempSync(join(tmpdir(), 'lienthong-packages-'))
  const port = await freePort()
  const gateway = `http://127.0.0.1:${port}`
  await podman('rm', '--force', '--ignore', name)
  try {
    const { version } = JSON.parse(await run('cat', 'package.json')) as { version: string }
    await run('cp', join(repository, 'var', `lienthong_${version}_all.deb`), join(folder, 'first.deb'))
    await laterPackage(folder)
    await podman(
      ...['run', '--detach', '--name', name, '--privileged', '--systemd', 'always'],
      ...['--publish', `127.0.0.1:${port}:8080`, '--volume', `${folder}:/packages:ro`, image, '/sbin/init']
    )
    await untilBooted()
    await inside('dpkg --install /packages/first.deb')
    await inside(`echo "gateway: { host: 0.0.0.0, publicUrl: '${gateway}' }" >/etc/lienthong/lienthong.yaml
systemctl enable --now lienthong`)
    await untilServing(gateway) // `systemctl` returned, so it serves already.
    const traffic = await startTraffic(gateway, await inside('cat /var/lib/lienthong/keys/operator.jwk'))
    await traffic.during(async () => {
      await pause(500)
      await inside('systemctl kill --signal KILL lienthong')
      await untilServing(gateway)
      await inside('dpkg --install /packages/later.deb')
      await untilServing(gateway)
      await pause(500)
    })
    await inside('systemctl reload lienthong')
    const accepted = await traffic.during(() => inside('systemctl restart lienthong'))
    const there = await traffic.allThere()
    const user = await inside('stat --format %u /var/lib/private/lienthong')
    const score = (await inside('systemd-analyze security lienthong | tail -1')).replace(/^\W+/, '')
    say(`systemd: ${user}; ${score}; killed, upgraded, restarted: ${accepted} accepted, ${there} there once`)
  } finally {
    await podman('rm', '--force', '--ignore', name)
    rmSync(folder, { recursive: true })
  }
}

const inside = (script: string): Promise<string> => podman('exec', name, 'sh', '-ec', script)

/** The same package under a later version. */
async function laterPackage(folder: string): Promise<void> {
  const [tree, control] = [join(folder, 'tree'), join(folder, 'tree', 'DEBIAN', 'control')]
  await run('dpkg-deb', '--raw-extract', join(folder, 'first.deb'), tree)
  await run('sed', '--in-place', 's/^Version: .*/Version: 99.0.0/', control)
  await run('dpkg-deb', '-Zgzip', '--root-owner-group', '--build', tree, join(folder, 'later.deb'))
}

async function untilBooted(): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const state = await inside('systemctl is-system-running || true').catch(() => '')
    if (state === 'running') return
    if (tries === 200) throw new TypeError(`systemd is ${state}`)
    await pause(200)
  }
}
