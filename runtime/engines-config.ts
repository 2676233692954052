import Type, { type Static, type TSchema } from 'typebox'
import { attachmentLimits } from '#bus/attachments/attachment-limits.ts'
import { S3Config } from '#engines/blobs/s3/s3-config.ts'
import { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { PostgresConfig } from '#engines/store/postgres/postgres-config.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

const closed = { additionalProperties: false, default: {} }
const described = <T extends TSchema>(schema: T, description: string) =>
  Type.Optional(Type.Unsafe<Static<T>>({ ...schema, description }))

/** The engines to use; an engine not named is on this machine, in the data folder. */
export const EnginesConfig = {
  eventLog: Type.Object(
    { kafka: described(KafkaConfig, 'Store the event log in Apache Kafka. Requires `store.postgres`.') },
    closed
  ),
  store: Type.Object(
    { postgres: described(PostgresConfig, 'Store state in PostgreSQL. Requires `eventLog.kafka`.') },
    closed
  ),
  attachments: Type.Object(
    {
      s3: described(S3Config, 'Store attachments in S3.'),
      folder: Type.Optional(
        Type.String({
          description:
            'Folder for attachments; with Kafka and PostgreSQL one that all processes share. Default: in the data folder.'
        })
      ),
      ...attachmentLimits
    },
    closed
  )
}

const Engines = Type.Object(EnginesConfig)
export type EnginesConfig = Static<typeof Engines>

/** Whether several processes may use these engines. Throws `BUS_CONFIG_INVALID` for engines that cannot be combined. */
export function areShared({ eventLog, store, attachments }: EnginesConfig): boolean {
  const isShared = eventLog.kafka !== undefined
  if (isShared !== (store.postgres !== undefined))
    refuse(
      'set both eventLog.kafka and store.postgres, or neither',
      'hãy đặt cả eventLog.kafka và store.postgres, hoặc không đặt cái nào'
    )
  if (attachments.s3 && attachments.folder !== undefined) {
    refuse(
      'set only one of attachments.s3 and attachments.folder',
      'chỉ đặt một trong attachments.s3 và attachments.folder'
    )
  }
  if (isShared && !attachments.s3 && attachments.folder === undefined) {
    refuse(
      'with Kafka and PostgreSQL set attachments.s3, or attachments.folder to a folder that all processes share',
      'cùng Kafka và PostgreSQL hãy đặt attachments.s3, hoặc attachments.folder là thư mục mà mọi tiến trình dùng chung'
    )
  }
  return isShared
}

function refuse(problem: string, problemVi: string): never {
  throw new BusError('BUS_CONFIG_INVALID', 'engines-mixed', { values: { problem, problemVi } })
}
