"""Reads a domain topic as an agency's Python client would: confluent-kafka, fastavro and nothing of the bus.

read_topic.py BOOTSTRAP NAMESPACE DOMAIN

Prints a JSON value a line: {"act": ...} for each act in the activity topic, then
{"record": ...} for each record of the domain's topic, its Avro body decoded by
the schema that its id names; "expected" is the partition that librdkafka's
murmur2, which is Java's, gives the record's key.
"""

import io
import json
import struct
import sys
from datetime import date, datetime

import fastavro
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

bootstrap, namespace, domain = sys.argv[1:]
servers = {"bootstrap.servers": bootstrap}


def records_of(topic):
    """Every record of a topic, from the first one to the last there is now, and how many partitions it has.

    The bus appends at least once: what comes again under its source and id is the same, and is dropped.
    """
    consumer = Consumer({**servers, "group.id": "python", "enable.auto.commit": False})
    partitions = consumer.list_topics(topic, 10).topics[topic].partitions
    ends = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), 10)[1] for p in partitions}
    consumer.assign([TopicPartition(topic, p, 0) for p in partitions])
    messages = {}
    for _ in range(sum(ends.values())):
        message = consumer.poll(10)
        assert message is not None and message.error() is None, message
        headers = dict(message.headers())
        messages.setdefault((headers["ce_source"], headers["ce_id"]), message)
    consumer.close()
    return list(messages.values()), len(partitions)


def partitions_of(keys, count):
    """The partition librdkafka chooses for each key in a topic of so many."""
    topic = f"{namespace}copy"
    admin = AdminClient(servers)
    admin.create_topics([NewTopic(topic, count, 1)])[topic].result(10)
    producer = Producer({**servers, "partitioner": "murmur2"})
    found = {}

    def delivered(error, message):
        assert error is None, error
        found[message.key()] = message.partition()

    for key in keys:
        producer.produce(topic, key=key, value=b"", on_delivery=delivered)
    assert producer.flush(10) == 0
    return found


def as_json(value):
    """Avro as fastavro gives it, in the JSON the sender signed."""
    if isinstance(value, dict):
        return {name: as_json(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [as_json(member) for member in value]
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, date):
        return value.isoformat()
    return value


def tell(**what):
    print(json.dumps(what, ensure_ascii=False))


acts = []
for message in records_of(f"{namespace}lienthong.activity")[0]:
    headers = {name: value.decode() for name, value in message.headers()}
    if headers["ce_type"] != "bus.act-recorded.v1":
        continue  # Such as the first record, which names the log.
    acts.append((int(headers["ce_id"].removeprefix("act-")), headers, message))

schemas = {}
for _number, headers, message in sorted(acts, key=lambda act: act[0]):
    body = json.loads(message.value())
    if body["act"] == "schema.registered":
        schemas[len(schemas) + 1] = body["schema"]
    tell(act={"headers": headers, "key": message.key().decode(), "body": body})

records, count = records_of(f"{namespace}lienthong.{domain}")
expected = partitions_of({message.key() for message in records}, count)
for message in records:
    magic, schema_id = struct.unpack(">bI", message.value()[:5])
    schema = fastavro.parse_schema(json.loads(schemas[schema_id]))
    body = io.BytesIO(message.value()[5:])
    data = as_json(fastavro.schemaless_reader(body, schema))
    tell(record={
        "key": message.key().decode(),
        "partition": message.partition(),
        "expected": expected[message.key()],
        "headers": [[name, value.decode()] for name, value in message.headers()],
        "magic": magic,
        "schema": schema["name"],
        "data": data,
        "left": len(body.read()),
    })
