/** Options and arguments of commands in Vietnamese, by their English text, as `commands-vi.ts`. */
export const optionsInVietnamese: Readonly<Record<string, string>> = {
  'the topic, such as lienthong.document': 'tên topic, ví dụ lienthong.document',
  'display help for command': 'in hướng dẫn của lệnh',
  'output the version number': 'in số phiên bản',
  'language of the texts of errors and answers; by default that of LANG':
    'ngôn ngữ của thông báo lỗi và trả lời; mặc định theo LANG',
  'configuration file': 'tệp cấu hình',
  'data folder': 'thư mục dữ liệu',
  "the gateway's port; 0 picks a free one": 'cổng mạng của gateway; 0 thì tự chọn cổng trống',
  'port of health and metrics; 0 picks a free one':
    'cổng mạng cho tình trạng và số đo; 0 thì tự chọn cổng trống',
  'silent, error, warn, info or debug': 'silent, error, warn, info hoặc debug',
  'name of the instance in the configuration': 'tên kết nối trong cấu hình',
  'a file with what the outside gives, or with an event': 'tệp chứa dữ liệu bên ngoài đưa, hoặc một sự kiện',
  'Avro schema of an event type that does not come with this release; may be repeated':
    'lược đồ Avro của loại sự kiện không có sẵn trong bản phát hành; dùng được nhiều lần',
  'one JSON value a line': 'mỗi dòng một giá trị JSON',
  "the gateway's public URL; by default $LIENTHONG_GATEWAY":
    'địa chỉ công khai của cổng; mặc định $LIENTHONG_GATEWAY',
  'the acting system: /agencies/<code>/systems/<name>, <code>.<name>, or operator; by default $LIENTHONG_AS':
    'hệ thống thực hiện: /agencies/<code>/systems/<name>, <code>.<name>, hoặc operator; mặc định $LIENTHONG_AS',
  'its private JWK; by default $LIENTHONG_KEY': 'khóa bí mật (JWK) của hệ thống đó; mặc định $LIENTHONG_KEY',
  'name of the instance': 'tên kết nối',
  'why; it is recorded': 'lý do; được ghi lại',
  'where to go on': 'đi tiếp từ đâu',
  'at the beginning': 'từ đầu',
  'name of the kind: lower-case letters, digits and hyphens':
    'tên loại kết nối: chữ thường, chữ số và dấu gạch nối',
  'folder of the kinds of connectors': 'thư mục các loại kết nối',
  'kind of connector: the name of its folder; `kind:outside` for another outside than the usual one':
    'loại kết nối: tên thư mục của loại; `kind:outside` cho hệ thống bên ngoài khác hệ thống thường dùng',
  'passes, one after the other': 'số lượt chạy, lần lượt',
  'only these checks, separated by commas': 'chỉ các phép kiểm tra này, cách nhau bằng dấu phẩy',
  'the management port, if it is not that of the configuration': 'cổng mạng quản trị, nếu khác với cấu hình',
  'with all kinds of connectors whose servers are installed, and one case that goes through all of them':
    'với mọi loại kết nối đã cài máy chủ, và một vụ việc đi qua tất cả',
  'exit after the scenario: code 0 if every step succeeded, 1 with the step that failed':
    'thoát sau kịch bản: mã 0 nếu mọi bước thành công, 1 kèm bước không thành công',
  'configuration file; by default everything is on this machine':
    'tệp cấu hình; mặc định mọi thứ ở trên máy này',
  'another province file': 'tệp tỉnh khác',
  'province file': 'tệp tỉnh',
  'do not ask; needed where there is no terminal': 'không hỏi lại; cần có khi không chạy trong terminal',
  'print what differs and change nothing': 'in chỗ khác nhau, không thay đổi gì',
  'also take away what the file does not have; asks first': 'bỏ cả những gì tệp không có; hỏi lại trước',
  'why systems are revoked and agreements end; it is recorded':
    'lý do thu hồi hệ thống, chấm dứt thỏa thuận; được ghi lại',
  'file for the private key, readable only by its owner': 'tệp ghi khóa bí mật, chỉ chủ tệp đọc được',
  'name of the key, unique within its system': 'tên khóa, không trùng trong hệ thống',
  'EdDSA, ES256, PS256 or RS256': 'EdDSA, ES256, PS256 hoặc RS256',
  'write the private key as PEM (PKCS #8), for openssl and other languages':
    'ghi khóa bí mật dạng PEM (PKCS #8), cho openssl và ngôn ngữ lập trình khác',
  'the system: <code>.<name> or /agencies/<code>/systems/<name>':
    'hệ thống: <code>.<name> hoặc /agencies/<code>/systems/<name>',
  'the public JWK, as `keys new` prints it': 'khóa công khai (JWK), như `keys new` in ra',
  'the key may sign from this time (RFC 3339); by default from now':
    'khóa được ký từ thời điểm này (RFC 3339); mặc định từ bây giờ',
  'the key may sign until this time; by default without end':
    'khóa được ký đến thời điểm này; mặc định không thời hạn',
  'name of the key': 'tên khóa',
  'its private JWK, which is replaced; by default that of --key':
    'tệp khóa bí mật (JWK) được thay; mặc định là tệp của --key',
  'name of the new key; by default the date': 'tên khóa mới; mặc định theo ngày',
  'how long the old key can still sign, such as 30m, 24h or 7d':
    'khóa cũ còn ký được bao lâu, chẳng hạn 30m, 24h hoặc 7d',
  "the bus's configuration file": 'tệp cấu hình của trục',
  "the bus's data folder": 'thư mục dữ liệu của trục',
  "the gateway's public URL; by default that of the configuration":
    'địa chỉ công khai của cổng; mặc định theo cấu hình',
  'the system whose rights you get: an operator sees all and may act, an auditor sees all, another what its agency may see':
    'hệ thống mà bạn được dùng quyền: operator xem và làm được mọi việc, auditor xem được mọi việc, hệ thống khác xem những gì cơ quan mình được xem',
  "its private JWK; by default the operator's of the configuration":
    'khóa bí mật (JWK) của hệ thống đó; mặc định là khóa operator theo cấu hình',
  'who you are, as it is recorded of what you do; by default your user name here':
    'bạn là ai, được ghi cùng những việc bạn làm; mặc định là tên người dùng trên máy này',
  'your name; by default the id': 'tên của bạn; mặc định là mã định danh',
  'event type, such as document.issued.v1; without it lists the types of this release':
    'loại sự kiện, chẳng hạn document.issued.v1; nếu bỏ trống thì liệt kê các loại của bản phát hành',
  'the system that is to send it; by default $LIENTHONG_AS, or one of the demo province':
    'hệ thống sẽ gửi; mặc định $LIENTHONG_AS, hoặc một hệ thống của tỉnh mẫu',
  'the agency that is to receive it; by default another one of the demo province':
    'cơ quan sẽ nhận; mặc định một cơ quan khác của tỉnh mẫu',
  'the event on one line': 'sự kiện trên một dòng',
  'one event as JSON, or an array of events; - reads standard input':
    'một sự kiện dạng JSON, hoặc một mảng sự kiện; - thì đọc đầu vào chuẩn',
  'continue after this cursor': 'đọc tiếp sau con trỏ này',
  'start at this time (RFC 3339)': 'đọc từ thời điểm này (RFC 3339)',
  'keep running and print new events': 'chạy tiếp và in sự kiện mới',
  "the event's hash, or its id": 'mã băm hoặc id của sự kiện',
  'with an id: the system that sent it; by default that of --as':
    'khi dùng id: hệ thống đã gửi; mặc định là hệ thống của --as',
  'events by hash, or by id with --source; - reads what `inbox --json` prints':
    'sự kiện theo mã băm, hoặc theo id cùng --source; - thì đọc kết quả của `inbox --json`',
  'with ids: the system that sent them': 'khi dùng id: hệ thống đã gửi',
  'reject them; without it they are accepted': 'từ chối; không có cờ này là chấp nhận',
  "with --reject: the agency's own code for the reason; the sender sees it":
    'cùng --reject: mã lý do của cơ quan; bên gửi thấy mã này',
  'with --reject: why; the sender sees it': 'cùng --reject: lý do; bên gửi thấy lý do này',
  'the file': 'tệp',
  'its name for the recipient; by default that of the file': 'tên tệp cho nơi nhận; mặc định là tên tệp',
  'such as application/pdf; by default by its first bytes and its ending':
    'chẳng hạn application/pdf; mặc định xác định theo các byte đầu và phần mở rộng',
  'SHA-256 of the attachment, as the event lists it': 'SHA-256 của tệp đính kèm, như ghi trong sự kiện',
  'hash or id of an event: its attachments, or the named one, under their names':
    'mã băm hoặc id của sự kiện: mọi tệp đính kèm, hoặc tệp được nêu, với tên của chúng',
  'with the id of an event: the system that sent it; by default that of --as':
    'khi dùng id của sự kiện: hệ thống đã gửi; mặc định là hệ thống của --as',
  'the file to write, or a folder: one that exists, or a name that ends with /; by default here':
    'tệp sẽ ghi, hoặc một thư mục: thư mục có sẵn, hoặc tên kết thúc bằng /; mặc định là thư mục hiện tại',
  'replace a file of this name': 'thay tệp trùng tên',
  'only of this connector instance': 'chỉ của kết nối này',
  'only in this state: waiting, dead, in-doubt, delivered, skipped or ended':
    'chỉ ở trạng thái: waiting, dead, in-doubt, delivered, skipped hoặc ended',
  'only to this agency': 'chỉ gửi đến cơ quan này',
  'only from this agency': 'chỉ do cơ quan này gửi',
  'only about this subject': 'chỉ về đối tượng này',
  'name of the connector instance': 'tên kết nối',
  "the event's hash": 'mã băm của sự kiện',
  'all deliveries of the filter: without --count it only says how many':
    'mọi lượt chuyển khớp bộ lọc: không có --count thì chỉ cho biết bao nhiêu',
  'with --all: how many there must be': 'cùng --all: số lượng phải đúng',
  'done or not-done': 'done hoặc not-done',
  'a subject, dossier code, number and notation, citizen’s code, or words of a title':
    'đối tượng, mã hồ sơ, số ký hiệu, mã của công dân, hoặc từ trong trích yếu',
  'also ask the management port of a process: version, readiness, alerts':
    'hỏi thêm cổng mạng quản trị của một tiến trình: phiên bản, sẵn sàng, cảnh báo',
  flows: 'flows',
  'number of the item': 'số của mục',
  'numbers of items': 'số của các mục',
  'all items of the instance: without --count it only says how many':
    'mọi mục của kết nối: không có --count thì chỉ cho biết bao nhiêu',
  'words of the act, with or without diacritics': 'từ trong thao tác, có dấu hoặc không dấu',
  'only by this system, agency or person': 'chỉ của hệ thống, cơ quan hoặc người này',
  'only this act, such as key.added, release or pause':
    'chỉ thao tác này, chẳng hạn key.added, release hoặc pause',
  'only on this resource and what is below it': 'chỉ trên đối tượng này và những gì thuộc nó',
  'only acts that touch this agency': 'chỉ thao tác liên quan cơ quan này',
  'recorded at or after this time (RFC 3339)': 'ghi từ thời điểm này (RFC 3339)',
  'recorded before this time': 'ghi trước thời điểm này',
  'at most so many': 'nhiều nhất bấy nhiêu',
  'code of the agency': 'mã cơ quan',
  'the agency that takes over; senders are told': 'cơ quan tiếp nhận thay; bên gửi được thông báo',
  'only this agency, with its systems': 'chỉ cơ quan này, kèm các hệ thống',
  'only agencies that have read nothing for so many days': 'chỉ cơ quan không đọc gì trong bấy nhiêu ngày',
  'only this system': 'chỉ hệ thống này',
  'only of this agency': 'chỉ của cơ quan này',
  'only this agreement': 'chỉ thỏa thuận này',
  'only those of this agency': 'chỉ thỏa thuận của cơ quan này',
  'the agreement: its id or /agreements/<id>': 'thỏa thuận: mã hoặc /agreements/<id>',
  'only of this system: <code>.<name> or /agencies/<code>/systems/<name>':
    'chỉ của hệ thống này: <code>.<name> hoặc /agencies/<code>/systems/<name>',
  'only of systems of this agency': 'chỉ của các hệ thống thuộc cơ quan này',
  'the traceId of the problem that the bus answered with':
    'mã truy vết (traceId) trong câu trả lời lỗi của trục',
  'CSV of all staff (staffNumber, fullName, unit, …) instead of the events on the bus':
    'tệp CSV của mọi cán bộ (staffNumber, fullName, unit, …) thay cho sự kiện trên trục',
  "the gateway's public URL": 'địa chỉ công khai của cổng',
  'the system whose events are read: that of the instance': 'hệ thống được đọc sự kiện: hệ thống của kết nối',
  'its private JWK': 'khóa bí mật (JWK) của hệ thống đó',
  'fix what differs: without --count it only says what it would do':
    'sửa chỗ khác nhau: không có --count thì chỉ cho biết sẽ làm gì',
  'with --fix: how many accounts there must be to fix': 'cùng --fix: số tài khoản phải sửa',
  'staff numbers of accounts to remove; without them those that may be are listed':
    'mã cán bộ của các tài khoản cần xóa; nếu bỏ trống thì liệt kê những tài khoản xóa được',
  'an inbox item as `lienthong inbox --json` writes it': 'một mục hộp thư như `lienthong inbox --json` in ra',
  'the sending system as `lienthong systems list SYSTEM --json` prints it':
    'hệ thống gửi, như `lienthong systems list HỆ-THỐNG --json` in ra',
  "the bus's keys, from /.well-known/jwks.json": 'các khóa của trục, lấy từ /.well-known/jwks.json',
  'one JSON value': 'một giá trị JSON',
  "the gateway's port": 'cổng mạng của gateway',
  'port of health and metrics': 'cổng mạng cho tình trạng và số đo',
  'check this gateway instead, as the system --as with --key; without a URL, that of $LIENTHONG_GATEWAY':
    'kiểm tra cổng này, với tư cách hệ thống --as và khóa --key; không nêu địa chỉ thì dùng $LIENTHONG_GATEWAY',
  'the system to check as; by default $LIENTHONG_AS':
    'hệ thống được dùng để kiểm tra; mặc định $LIENTHONG_AS',
  'only verify every control act that is stored; the bus may be running':
    'chỉ kiểm tra mọi thao tác quản trị đã lưu; trục có thể đang chạy',
  'folder of the new backup; it must not exist yet': 'thư mục của bản sao lưu mới; phải chưa tồn tại',
  'configuration file of the bus; it names the folder of the attachments, and files of keys and passwords':
    'tệp cấu hình của trục liên thông; tệp này nêu thư mục tệp đính kèm, các tệp khóa và mật khẩu',
  'leave the attachments out, if they are kept safe by other means':
    'bỏ qua tệp đính kèm, nếu chúng được giữ an toàn bằng cách khác',
  'accept that the files outside the data folder that the configuration names, such as keys, are kept safe by other means':
    'chấp nhận rằng các tệp ngoài thư mục dữ liệu mà cấu hình chỉ định, như khóa, được bảo quản bằng cách khác',
  'folder of the backup': 'thư mục của bản sao lưu',
  'replace the data folder even if it has records that the backup lacks; they are kept in a folder in it':
    'thay thư mục dữ liệu kể cả khi có bản ghi mà bản sao lưu không có; chúng được giữ trong một thư mục con',
  'data folder to migrate from': 'thư mục dữ liệu nguồn',
  'configuration file of the bus to migrate to': 'tệp cấu hình của trục đích',
  'folder of the attachments, if not in the data folder':
    'thư mục tệp đính kèm, nếu không nằm trong thư mục dữ liệu',
  'print what would be copied, and change nothing': 'in những gì sẽ sao chép, không thay đổi gì',
  'the system it acts as: /agencies/<code>/systems/<name>, or <code>.<name>':
    'hệ thống được dùng: /agencies/<code>/systems/<name>, hoặc <code>.<name>',
  'port on 127.0.0.1; 0 picks a free one': 'cổng mạng tại 127.0.0.1; 0 thì tự chọn cổng trống',
  '.avsc files; by default all below schemas/': 'các tệp .avsc; mặc định mọi tệp dưới schemas/',
  'a schema registry: <gateway>/registry, or the address of a registry-proxy':
    'kho lược đồ: <gateway>/registry, hoặc địa chỉ của registry-proxy',
  'subject that a single file is a new version of': 'subject mà tệp là phiên bản mới (khi chỉ có một tệp)',
  'the shell': 'shell'
}
