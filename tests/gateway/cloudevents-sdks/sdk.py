"""The official Python SDK: `sdk.py write` makes requests of events, `sdk.py read` reads events. JSON in, JSON out."""
import json, sys
from cloudevents.core.bindings.http import HTTPMessage, from_structured, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from dateutil.parser import isoparse

json_format = JSONFormat()


def event_of(described):
    data = described.pop('data')
    described['time'] = isoparse(described['time'])
    # The SDK sends no Content-Type in binary mode unless the event has datacontenttype.
    return CloudEvent({**described, 'datacontenttype': 'application/json'}, data)


def request(message):
    return {'headers': message.headers, 'body': message.body.decode()}


def write(described):
    events = [event_of(one) for one in described]
    # The SDK has no batches: a batch is an array of structured events.
    texts = [json_format.write(event).decode() for event in events]
    return {
        'structured': [request(to_structured(event, json_format)) for event in events],
        'binary': [request(to_binary(event, json_format)) for event in events],
        'batch': {'headers': {'content-type': 'application/cloudevents-batch+json'}, 'body': '[' + ','.join(texts) + ']'},
    }


def read(texts):
    headers = {'content-type': 'application/cloudevents+json'}
    events = [from_structured(HTTPMessage(headers, text.encode()), json_format) for text in texts]
    return [json_format.write(event).decode() for event in events]


json.dump({'write': write, 'read': read}[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
