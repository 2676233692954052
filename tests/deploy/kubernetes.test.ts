import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { repository } from '../helpers/demo-bus.ts'
import { kubernetesValidateFolder, kustomizeProgram } from '../helpers/servers/installed.ts'
import { mustBeInstalled, needs } from '../helpers/servers/needs.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const folder = join(repository, 'deploy', 'kubernetes')
/** An old one, and the newest that the schemas know. */
const releases = ['1.29.0', '1.37.0']

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly replicas?: number
    readonly progressDeadlineSeconds?: number
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: PodSpec
    }
  }
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string
    readonly whenUnsatisfiable: string
    readonly matchLabelKeys: readonly string[]
  }[]
  readonly containers: readonly {
    readonly startupProbe: { readonly periodSeconds: number; readonly failureThreshold: number }
    readonly args: readonly string[]
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
    readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } }
  }[]
}

describe('manifests of deploy/kubernetes', needs('kustomize', 'kubernetes-validate'), () => {
  for (const overlay of ['one-machine', 'shared']) {
    describe(overlay, () => {
      let text = ''
      let manifests: readonly Manifest[] = []
      const ofKind = (kind: string): readonly Manifest[] => manifests.filter((one) => one.kind === kind)

      before(() => {
        mustBeInstalled('kustomize')
        text = execFileSync(kustomizeProgram, ['build', join(folder, overlay)], { encoding: 'utf8' })
        manifests = parseAllDocuments(text).map((one) => one.toJS() as Manifest)
      })

      for (const release of releases) {
        it(`is what Kubernetes ${release} takes`, (t) => {
          const file = join(temporaryFolder(t), 'manifests.yaml')
          writeFileSync(file, text)
          const program = join(kubernetesValidateFolder, 'bin', 'kubernetes-validate')
          const { stdout, stderr } = spawnSync(program, ['--strict', '-k', release, file], {
            env: { ...process.env, PYTHONPATH: kubernetesValidateFolder },
            encoding: 'utf8'
          })
          const passed = `${stdout}${stderr}`.split('\n').filter((line) => line.includes(' passed for '))
          const own = manifests.filter(({ apiVersion }) => !apiVersion.startsWith('kafka.strimzi.io/'))
          assert.equal(passed.length, own.length, `${stdout}${stderr}`)
        })
      }

      it('configures the bus with settings that it takes, on the ports of the container', async (t) => {
        const [configMap] = ofKind('ConfigMap')
        const file = join(temporaryFolder(t), 'lienthong.yaml')
        writeFileSync(file, configMap?.data?.['lienthong.yaml'] ?? '')
        const environment = { KAFKA_USER: 'a', KAFKA_PASSWORD: 'b' }
        const { gateway, management } = await loadConfig(Config, { file, environment })
        assert.deepEqual([gateway.host, management.host], ['0.0.0.0', '0.0.0.0'])
        for (const { spec } of ofKind('Deployment')) {
          const [bus] = spec?.template?.spec.containers ?? []
          const ports = Object.fromEntries(bus?.ports.map((one) => [one.name, one.containerPort]) ?? [])
          assert.deepEqual(ports, { http: gateway.port, management: management.port })
        }
      })

      it('gives the bus the time that a stop takes at most', () => {
        for (const { spec } of ofKind('Deployment')) {
          const pod = spec?.template?.spec
          const [, drains] = pod?.containers[0]?.lifecycle.preStop.exec.command ?? []
          assert.ok((pod?.terminationGracePeriodSeconds ?? 0) > Number(drains) + longestStopSeconds)
        }
      })

      it('gives the bus as long to start as its service of systemd', () => {
        const [, minutes] = /TimeoutStartSec=(\d+)min/.exec(read('deploy/systemd/lienthong.service')) ?? []
        for (const { spec } of ofKind('Deployment')) {
          const { periodSeconds = 0, failureThreshold = 0 } =
            spec?.template?.spec.containers[0]?.startupProbe ?? {}
          assert.equal(periodSeconds * failureThreshold, Number(minutes) * 60)
          assert.ok((spec?.progressDeadlineSeconds ?? 0) > periodSeconds * failureThreshold)
        }
      })

      it('asks for different nodes for the processes of a role, and does without them', () => {
        for (const { spec } of ofKind('Deployment').filter(({ spec }) => (spec?.replicas ?? 1) > 1)) {
          const [spread] = spec?.template?.spec.topologySpreadConstraints ?? []
          assert.equal(spread?.topologyKey, 'kubernetes.io/hostname')
          assert.equal(spread.whenUnsatisfiable, 'ScheduleAnyway')
          assert.ok(spread.matchLabelKeys.includes('app.kubernetes.io/component'))
          assert.ok(spec?.template?.metadata.labels['app.kubernetes.io/component'])
        }
      })

      it('contains no secret', () => assert.deepEqual(ofKind('Secret'), []))
    })
  }
})

/** As `closeWithGrace` is told. */
const longestStopSeconds =
  Number(/delay: ([\d_]+)/.exec(read('runtime/until-stopped.ts'))?.[1]?.replace('_', '')) / 1000

function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8')
}
