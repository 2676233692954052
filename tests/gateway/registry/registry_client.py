"""What Confluent's Python client does with a schema registry, message in lines of JSON.

Arguments: where to write (the proxy), where to read (the gateway), then `round-trip`, or `register`
with a subject and a file that holds the schema.
"""

import json
import sys

from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

writing = SchemaRegistryClient({"url": sys.argv[1], "basic.auth.user.info": "any:thing"})
reading = SchemaRegistryClient({"url": sys.argv[2]})


def tell(**what):
    print(json.dumps(what), flush=True)


def refused(work):
    try:
        work()
    except SchemaRegistryError as error:
        return [error.http_status_code, error.error_code]
    return None


def text(*fields):
    return json.dumps({"type": "record", "name": "Visit", "namespace": "vn.test", "fields": list(fields)})


def round_trip():
    plain = text({"name": "who", "type": "string"})
    context = SerializationContext("visits", MessageField.VALUE)
    framed = AvroSerializer(writing, plain)({"who": "Nguyễn Văn A"}, context)
    tell(framed=list(framed[:5]), read=AvroDeserializer(reading)(framed, context))

    wider = Schema(text({"name": "who", "type": "string"}, {"name": "at", "type": "long", "default": 0}), "AVRO")
    narrower = Schema(text({"name": "room", "type": "string"}), "AVRO")
    subject = "visits-value"
    tell(compatible=[writing.test_compatibility(subject, wider), writing.test_compatibility(subject, narrower)])
    tell(incompatible=refused(lambda: writing.register_schema(subject, narrower)))
    second = writing.register_schema(subject, wider)
    tell(again=writing.register_schema(subject, wider) == second, versions=reading.get_versions(subject))
    latest = reading.get_latest_version(subject)
    tell(latest=[latest.version, latest.schema_id == second, reading.get_schema(second).schema_str == latest.schema.schema_str])
    tell(looked_up=reading.lookup_schema(subject, wider).version, under_another=writing.register_schema("others-value", wider) == second)

    tell(unset=refused(lambda: writing.get_compatibility(subject)))
    writing.set_compatibility(subject, "NONE")
    tell(level=reading.get_compatibility(subject))
    tell(third=writing.register_schema(subject, narrower) > second)

    part = Schema(json.dumps({"type": "record", "name": "Room", "namespace": "vn.test", "fields": [{"name": "number", "type": "int"}]}), "AVRO")
    writing.register_schema("room", part)
    whole = Schema(
        json.dumps({"type": "record", "name": "House", "namespace": "vn.test", "fields": [{"name": "hall", "type": "vn.test.Room"}]}),
        "AVRO",
        [SchemaReference(name="vn.test.Room", subject="room", version=1)],
    )
    writing.register_schema("house", whole)
    tell(needed=refused(lambda: writing.delete_subject("room")))

    tell(deleted=writing.delete_version(subject, 3), left=reading.get_versions(subject))
    tell(gone=writing.delete_subject(subject), unknown=refused(lambda: reading.get_versions(subject)))
    tell(for_good=writing.delete_subject(subject, permanent=True), subjects=sorted(s for s in reading.get_subjects() if not s.startswith("lienthong.")))
    tell(hostile=refused(lambda: writing.register_schema("deep", Schema('{"type":"array","items":' * 5000 + '"int"' + "}" * 5000, "AVRO"))))


if sys.argv[3] == "round-trip":
    round_trip()
else:
    with open(sys.argv[5], encoding="utf-8") as file:
        tell(id=writing.register_schema(sys.argv[4], Schema(file.read(), "AVRO")))
