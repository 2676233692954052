import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#deploy/servers/free-port.ts'
import { kustomizeProgram } from '../helpers/servers/installed.ts'
import { image, podman, repository, run, untilServing } from './podman.ts'
import { startTraffic } from './traffic.ts'

const prefix = 'kube-test-'
const container = `${prefix}lienthong-pod-0-bus`

/**
 * The manifests of `deploy/kubernetes/one-machine`, changed as an operator changes them. The container is killed, the
 * Pod replaced by one of another image, taken down and played again while an agency sends.
 */
export async function onKubernetes(say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-kubernetes-'))
  const [port, management] = [await freePort(), await freePort()]
  const gateway = `http://127.0.0.1:${port}`
  let hasVolume = false
  const play = async (tag: string, ...flags: readonly string[]): Promise<void> => {
    const [file, kustomization] = [join(folder, 'manifests.yaml'), join(folder, 'kustomization.yaml')]
    writeFileSync(kustomization, JSON.stringify(overlay(folder, { tag, port, management })))
    const manifests = (await run(kustomizeProgram, 'build', folder)).split('\n---\n')
    // podman makes a volume for a claim, and refuses a claim whose volume is there.
    const played = manifests.filter((one) => !(hasVolume && one.includes('kind: PersistentVolumeClaim')))
    writeFileSync(file, played.join('\n---\n'))
    await podman('kube', 'play', ...flags, file)
    hasVolume = true
  }
  writeFileSync(
    join(folder, 'lienthong.yaml'),
    `data: { folder: /var/lib/lienthong }
gateway: { host: 0.0.0.0, publicUrl: '${gateway}' }
management: { host: 0.0.0.0 }
`
  )
  try {
    await play('test')
    await untilServing(gateway)
    const traffic = await startTraffic(gateway, await podman('exec', container, 'cat', 'keys/operator.jwk'))
    await traffic.during(async () => {
      await pause(500)
      await killedAndRestarted()
      await untilServing(gateway)
      await pause(500)
    })
    const accepted = await traffic.during(async () => {
      await podman('tag', image, `${image}-next`)
      await play('test-next', '--replace')
      await untilServing(gateway)
      await pause(500)
      await play('test-next', '--down')
      await play('test-next')
      await untilServing(gateway)
    })
    const there = await traffic.allThere()
    const ready = await fetch(`http://127.0.0.1:${management}/readyz`)
    if (!ready.ok) throw new TypeError(`/readyz answers ${await ready.text()}`)
    const user = await podman('exec', container, 'id', '-u')
    say(
      `kubernetes: user ${user}, ready; killed, upgraded, taken down: ${accepted} accepted, ${there} there once`
    )
  } finally {
    await play('test', '--down').catch(() => {})
    const volumes = await podman('volume', 'ls', '--quiet', '--filter', `name=^${prefix}`)
    for (const volume of volumes.split('\n').filter((one) => one !== ''))
      await podman('volume', 'rm', '--force', volume)
    rmSync(folder, { recursive: true })
  }
}

/** Kills the process, and waits until podman has started another by itself, as Kubernetes does. */
async function killedAndRestarted(): Promise<void> {
  const pid = async (): Promise<number> =>
    Number(await podman('inspect', '--format', '{{.State.Pid}}', container))
  const before = await pid()
  process.kill(before, 'SIGKILL')
  for (let tries = 0; [0, before].includes(await pid()); tries += 1) {
    if (tries === 200) throw new TypeError('what was killed is not started again')
    await pause(200)
  }
}

interface Changes {
  readonly tag: string
  readonly port: number
  readonly management: number
}

/** A kustomization on the shipped one; JSON is YAML. */
function overlay(folder: string, { tag, port, management }: Changes): object {
  const ofContainer = '/spec/template/spec/containers/0'
  const published = (index: number, hostPort: number): readonly object[] => [
    { op: 'add', path: `${ofContainer}/ports/${index}/hostPort`, value: hostPort },
    { op: 'add', path: `${ofContainer}/ports/${index}/hostIP`, value: '127.0.0.1' }
  ]
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namePrefix: prefix,
    resources: [relative(folder, join(repository, 'deploy', 'kubernetes', 'one-machine'))],
    configMapGenerator: [
      { name: 'lienthong', namespace: 'lienthong', behavior: 'replace', files: ['lienthong.yaml'] }
    ],
    images: [{ name: 'registry.example.vn/lienthong', newName: image.split(':')[0], newTag: tag }],
    patches: [
      {
        target: { kind: 'Deployment' },
        patch: JSON.stringify([
          { op: 'add', path: `${ofContainer}/imagePullPolicy`, value: 'Never' },
          ...published(0, port),
          ...published(1, management)
        ])
      }
    ]
  }
}
