export interface KafkaNode {
  readonly id: number
  /** As it stands in an address: `127.0.0.1` or `[::1]`. */
  readonly host: string
  readonly port: number
  readonly controllerPort: number
  readonly data: string
  /** Listeners in addition to the plain one, each with its address. */
  readonly listeners: readonly string[]
}

/** The settings of a broker that is also a controller: as safe as in production, small and fast for tests. */
export function kafkaSettings(
  node: KafkaNode,
  nodes: readonly KafkaNode[],
  settings: Readonly<Record<string, string>>
): Readonly<Record<string, string>> {
  const plain = `PLAINTEXT://${node.host}:${node.port}`
  const controller = `CONTROLLER://${node.host}:${node.controllerPort}`
  const listeners = [plain, controller, ...node.listeners].join(',')
  const copies = String(nodes.length)
  const inSync = String(Math.min(2, nodes.length))
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': nodes
      .map(({ id, host, controllerPort }) => `${id}@${host}:${controllerPort}`)
      .join(','),
    listeners,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': node.data,
    'auto.create.topics.enable': 'false',

    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,

    // By default, 50 partitions are created before the first group or producer is answered.
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.num.partitions': '3',
    'share.coordinator.state.topic.num.partitions': '3',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    'broker.session.timeout.ms': '6000',
    'broker.heartbeat.interval.ms': '500',
    'log.cleaner.dedupe.buffer.size': '8388608',
    ...settings
  }
}

/** The same as a file. */
export function kafkaProperties(...words: Parameters<typeof kafkaSettings>): string {
  return Object.entries(kafkaSettings(...words))
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
