#!/bin/sh
# KAFKA_NODE_ID becomes node.id, and so on.
set -e
env | sed -n 's/^KAFKA_\([A-Z_]*\)=/\1=/p' | while IFS='=' read -r name value; do
  echo "$(echo "$name" | tr 'A-Z_' 'a-z.')=$value"
done >/tmp/server.properties
run() { java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '/kafka/*' "$@"; }
[ -e "$KAFKA_LOG_DIRS/meta.properties" ] ||
  run kafka.tools.StorageTool format --cluster-id liEnThoNgTeStCluStEr00 --config /tmp/server.properties
exec java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '/kafka/*' kafka.Kafka /tmp/server.properties
