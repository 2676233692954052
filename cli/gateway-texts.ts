import type { Language } from '#protocol/errors/faults.ts'
import { type TextsOf, textsFrom } from '#protocol/errors/texts.ts'
import type { Observation, ObservedText } from './remote/examine-gateway.ts'

type Text = ObservedText | `check.${Observation['check']}` | 'needs'

/** What `doctor` says of a gateway, as the system that uses it meets it. */
const texts: Readonly<Record<Language, Readonly<Record<Text, string>>>> = {
  vi: {
    needs:
      'Để kiểm tra một cổng, hãy ghi cả --as và --key, hoặc đặt LIENTHONG_AS và LIENTHONG_KEY: `lienthong doctor --gateway URL --as SYSTEM --key FILE`.',
    'check.gateway': 'cổng',
    'check.clock': 'đồng hồ',
    'check.audience': 'aud',
    'check.limits': 'giới hạn',
    'check.key': 'khóa',
    'check.system': 'hệ thống',
    'check.rights': 'quyền gửi',
    'gateway.answers': '{gateway} là cổng của một trục liên thông',
    'gateway.refused':
      'Không có gì nghe ở {gateway}. Hãy kiểm tra trục có đang chạy không, và --gateway có đúng máy, đúng cổng (port) không.',
    'gateway.host':
      'Không tìm được tên máy trong {gateway} ({code}). Hãy kiểm tra chính tả, và máy chủ DNS của máy này.',
    'gateway.silent':
      '{gateway} không trả lời trong 5 giây. Hãy kiểm tra địa chỉ, và tường lửa giữa máy này và cổng.',
    'gateway.port': 'Cổng (port) trong {gateway} là cổng không dùng cho HTTP. Hãy sửa port trong --gateway.',
    'gateway.network':
      'Kết nối tới {gateway} bị ngắt ({problem}). Hãy kiểm tra địa chỉ, và máy trung gian (proxy) hoặc tường lửa ở giữa.',
    'gateway.https': '{gateway} dùng HTTPS. Hãy viết https:// trong --gateway.',
    'gateway.http':
      '{gateway} không dùng TLS ({code}). Hãy kiểm tra port, hoặc viết http:// trong --gateway.',
    'gateway.authority':
      'Máy này không tin nơi cấp chứng thư của {gateway} ({code}). Nếu là nơi cấp của cơ quan, hãy ghi tệp chứng thư của nơi cấp vào biến môi trường NODE_EXTRA_CA_CERTS rồi chạy lại.',
    'gateway.expired':
      'Chứng thư của {gateway} chưa hoặc không còn hiệu lực ({code}). Hãy kiểm tra đồng hồ máy này; nếu đúng giờ, hãy báo đơn vị vận hành thay chứng thư.',
    'gateway.name':
      'Chứng thư của {gateway} cấp cho tên khác. Hãy dùng trong --gateway tên có trên chứng thư, hoặc báo đơn vị vận hành.',
    'gateway.certificate':
      'Không thiết lập được TLS với {gateway} ({code}). Hãy báo đơn vị vận hành kiểm tra chứng thư và phiên bản TLS.',
    'gateway.redirect':
      '{gateway} chuyển hướng tới {location}, nên ở đó không phải cổng mà là trang đăng nhập hoặc địa chỉ cũ. Hãy dùng địa chỉ công khai của cổng, và cho phép hệ thống đi qua không cần đăng nhập.',
    'gateway.login':
      '{gateway} đòi đăng nhập trước (HTTP {status}): có máy trung gian (proxy) hoặc tường lửa đứng trước cổng. Hãy nhờ người quản trị máy đó cho phép các địa chỉ của trục đi qua.',
    'gateway.proxy':
      'Máy trung gian (proxy) ở {gateway} trả lời HTTP {status}: nó không tới được cổng. Hãy báo đơn vị vận hành kiểm tra trục có đang chạy không.',
    'gateway.management':
      '{gateway} là cổng quản lý của trục (management), không phải cổng cho hệ thống. Hãy dùng địa chỉ mà `lienthong up` in ra sau "listens on".',
    'gateway.problem': '{gateway} trả lời {code}: {detail}',
    'gateway.other':
      'Máy chủ ở {gateway} không phải cổng của trục liên thông (HTTP {status}, {type}). Hãy kiểm tra --gateway: tên máy, port và đường dẫn phải đúng như URL công khai của cổng.',
    'clock.same': 'đúng giờ: máy này {here}, cổng {there}',
    'clock.ahead':
      'Máy này {here}, cổng {there}: máy này nhanh {seconds} giây. Cổng chỉ nhận token nhanh tối đa {tolerance} giây. Hãy đồng bộ đồng hồ bằng NTP; nếu máy này đúng giờ, hãy báo đơn vị vận hành.',
    'clock.behind':
      'Máy này {here}, cổng {there}: máy này chậm {seconds} giây, nên token hết hạn sớm hoặc đã hết hạn khi tới cổng. Hãy đồng bộ đồng hồ bằng NTP; nếu máy này đúng giờ, hãy báo đơn vị vận hành.',
    'audience.same': '{audience}, đúng như --gateway',
    'audience.differs':
      'Địa chỉ công khai của cổng là {audience}, nhưng --gateway là {gateway}. Token phải có aud đúng như địa chỉ công khai: hãy dùng --gateway {audience}. Nếu địa chỉ đó sai, đơn vị vận hành sửa gateway.publicUrl.',
    limits:
      'mỗi yêu cầu tối đa {events} sự kiện, {body} MiB; mỗi tệp đính kèm tối đa {attachment} MiB; chờ hộp thư tối đa {wait} giây; token dùng tối đa {lifetime} giây',
    'key.accepted': 'cổng nhận khóa {kid} của {system}',
    'key.unknown':
      'Cổng không nhận khóa {kid} của {system}. Đồng hồ và aud đều đúng, vậy khóa này chưa đăng ký cho hệ thống này, đã ngừng dùng, hết hạn, hoặc tên trong --as sai. Hãy gửi khóa công khai cho đơn vị vận hành: `lienthong keys add`.',
    'key.unchecked': 'Chưa kiểm tra. Hãy sửa các lỗi ở trên rồi chạy lại.',
    'key.problem': '{problem}',
    'key.strange':
      'Máy chủ trả lời không như cổng của trục liên thông khi hỏi về {system}. Hãy kiểm tra --gateway, và máy trung gian (proxy) ở giữa.',
    'system.active': 'đang hoạt động',
    'system.stopped': 'Trạng thái: {status}. Hãy liên hệ đơn vị vận hành để cho hệ thống hoạt động lại.',
    'rights.some': '{types}',
    'rights.none': 'Không có. Hệ thống đọc được nhưng không gửi được. Hãy đề nghị đơn vị vận hành cấp quyền.'
  },
  en: {
    needs:
      'To check a gateway, name the system with --as and its key with --key, or set LIENTHONG_AS and LIENTHONG_KEY: `lienthong doctor --gateway URL --as SYSTEM --key FILE`.',
    'check.gateway': 'gateway',
    'check.clock': 'clock',
    'check.audience': 'audience',
    'check.limits': 'limits',
    'check.key': 'key',
    'check.system': 'system',
    'check.rights': 'rights',
    'gateway.answers': '{gateway} is the gateway of a bus',
    'gateway.refused':
      'Nothing listens at {gateway}. Check that the bus runs, and that --gateway has the right host and port.',
    'gateway.host':
      'The host in {gateway} is not known ({code}). Check how it is spelled, and the DNS server of this machine.',
    'gateway.silent':
      '{gateway} does not answer within 5 s. Check the address, and the firewalls between this machine and the gateway.',
    'gateway.port': 'The port in {gateway} is one that HTTP never uses. Correct the port in --gateway.',
    'gateway.network':
      'The connection to {gateway} is broken off ({problem}). Check the address, and the proxy or firewall in between.',
    'gateway.https': '{gateway} speaks HTTPS. Write https:// in --gateway.',
    'gateway.http': '{gateway} does not speak TLS ({code}). Check the port, or write http:// in --gateway.',
    'gateway.authority':
      "This machine does not trust the authority that issued the certificate of {gateway} ({code}). If it is your organization's own, name the file with the authority's certificate in the environment variable NODE_EXTRA_CA_CERTS, and run this again.",
    'gateway.expired':
      'The certificate of {gateway} is not, or no longer, valid ({code}). Check the clock of this machine; if it is right, ask the operator of the bus to renew the certificate.',
    'gateway.name':
      'The certificate of {gateway} is for another name. Use the name on the certificate in --gateway, or ask the operator of the bus.',
    'gateway.certificate':
      'TLS with {gateway} fails ({code}). Ask the operator of the bus to check the certificate and the TLS versions.',
    'gateway.redirect':
      '{gateway} redirects to {location}: it is not a gateway, but a page to log in or an old address. Use the public URL of the gateway, and have systems let through without a log-in.',
    'gateway.login':
      '{gateway} wants a log-in first (HTTP {status}): a proxy or firewall stands before the gateway. Ask its administrator to let the addresses of the bus through.',
    'gateway.proxy':
      'The proxy at {gateway} answers HTTP {status}: it does not reach the gateway. Ask the operator of the bus to check that the bus runs.',
    'gateway.management':
      '{gateway} is the management port of a bus, not its gateway. Use the address that `lienthong up` prints after "listens on".',
    'gateway.problem': '{gateway} answers {code}: {detail}',
    'gateway.other':
      'The server at {gateway} is not the gateway of a bus (HTTP {status}, {type}). Check --gateway: host, port and path must be those of the public URL.',
    'clock.same': 'right: this machine {here}, gateway {there}',
    'clock.ahead':
      'This machine {here}, gateway {there}: this machine is {seconds} s ahead. The gateway accepts tokens that are at most {tolerance} s ahead. Synchronize the clock by NTP; if this machine is right, tell the operator of the bus.',
    'clock.behind':
      'This machine {here}, gateway {there}: this machine is {seconds} s behind, so that tokens expire early, or before they arrive. Synchronize the clock by NTP; if this machine is right, tell the operator of the bus.',
    'audience.same': '{audience}, the same as --gateway',
    'audience.differs':
      'The public URL of the gateway is {audience}, but --gateway is {gateway}. Tokens must name the public URL in aud: use --gateway {audience}. If that URL is wrong, the operator of the bus corrects gateway.publicUrl.',
    limits:
      'at most {events} events and {body} MiB in a request, {attachment} MiB in an attachment, {wait} s of waiting for the inbox, {lifetime} s of use of a token',
    'key.accepted': 'the gateway accepts the key {kid} of {system}',
    'key.unknown':
      'The gateway does not accept the key {kid} of {system}. Clock and audience are right, so the key is not registered for this system, is retired or has expired, or --as names another system. Give the public key to the operator of the bus: `lienthong keys add`.',
    'key.unchecked': 'Not checked. Fix the problems above, then run this again.',
    'key.problem': '{problem}',
    'key.strange':
      'The server does not answer as the gateway of a bus when asked about {system}. Check --gateway, and proxies in between.',
    'system.active': 'active',
    'system.stopped': 'Its status is {status}. Ask the operator of the bus to resume the system.',
    'rights.some': '{types}',
    'rights.none': 'None. The system can read but not publish. Ask the operator of the bus for rights.'
  }
}

export function gatewayTextsIn(language: Language): TextsOf<Text> {
  return textsFrom(texts, language)
}
