"""Each way of misusing what the page teaches, against a running gateway: prints `what: status code`."""
import http.client, json, os, time
from bus import System, b64, leaf, root

gateway, keys = os.environ['GATEWAY'], os.environ['KEYS']
name = '/agencies/000.00.91.H03/systems/qlvb'
me = System(gateway, name, keys + '/000.00.91.H03.qlvb.jwk')
other = System(gateway, '/agencies/000.00.92.H03/systems/qlvb', keys + '/000.00.92.H03.qlvb.jwk')
example = {**json.load(open('event.json'))['data'], 'documentId': 'refusals'}
structured = 'application/cloudevents+json'


def event(**changes):
    return {**me.event('document.issued.v1', 'refusals', ['000.00.92.H03'], example), **changes}


def signed(value, system=me, **claims):
    return system.token(events=b64(root([leaf(value)])), **claims)


def tell(what, answer):
    print(what + ':', answer[0], answer[1].get('code', 'taken'))


def post(what, body, token):
    tell(what, me.call('POST', '/v1/events', token, body, structured))


good = event()
body = json.dumps(good).encode()
post('one changed byte', body.replace(b'refusals', b'refusalz', 1), signed(good))
post('another event', json.dumps(event()).encode(), signed(good))
tell('the token used to read', me.call('GET', '/v1/inbox', signed(good)))
post('a plain token used to publish', body, me.token())
post("another agency's token", body, signed(good, other))
theirs = event(source=other.name)
post('source of another', json.dumps(theirs).encode(), signed(theirs))
post('an hour-long token', body, signed(good, exp=int(time.time()) + 3600))
post('aud with a slash', body, signed(good, aud=gateway + '/'))
headers = {'ce-' + name: value for name, value in good.items() if name != 'data'}
for what, more in {'signed without datacontenttype': {'Content-Type': 'application/json'}, 'Content-Type missing': {}}.items():
    request = http.client.HTTPConnection(gateway.removeprefix('http://'))
    request.request('POST', '/v1/events', json.dumps(example), {**headers, **more, 'Authorization': 'Bearer ' + signed(good)})
    answer = request.getresponse()
    tell('binary, ' + what, (answer.status, json.load(answer)))
post('duplicate key', body.replace(b'{', b'{"id":"x",', 1), signed(good))
off = event(data={**example, 'unknown': 1})
post('payload off the schema', json.dumps(off).encode(), signed(off))
post('the event itself', body, signed(good))
