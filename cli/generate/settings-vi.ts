/**
 * The descriptions of settings in Vietnamese, by their English text in the schemas: who changes the one is
 * led to the other, since `npm run generate` and its test fail.
 */
export const vietnamese: Readonly<Record<string, string>> = {
  'Data folder: everything that the bus stores on one machine.':
    'Thư mục dữ liệu: mọi thứ trục liên thông lưu khi chạy trên một máy.',
  'Megabytes of disk space reserved for acts. With less free space, publishing and uploads are answered 503, so that a system can still be revoked. Attachments on another disk leave as much free there. Absent: 64, but at most a twentieth of the disk. Has no effect with Kafka and PostgreSQL.':
    'Dung lượng đĩa (MB) dành riêng cho các thao tác quản trị. Khi đĩa còn trống ít hơn mức này, yêu cầu gửi sự kiện và tải tệp lên được trả lời 503, nhờ vậy vẫn thu hồi được một hệ thống. Nếu tệp đính kèm ở đĩa khác thì đĩa đó cũng được chừa lại chừng ấy. Không đặt: 64, nhưng không quá một phần hai mươi đĩa. Không có tác dụng khi dùng Kafka và PostgreSQL.',
  'How long an accepted event may wait until it is in the inboxes, in seconds, counted from when a process first sees it in the log. If the projector is so far behind that it would wait longer, publishing is answered 503 until it has caught up; so is the publishing of an agency whose own events with many recipients are so late.':
    'Một sự kiện đã tiếp nhận được chờ lâu nhất bao nhiêu giây trước khi vào hộp thư, tính từ khi một tiến trình thấy nó lần đầu. Khi trục xử lý chậm đến mức phải chờ lâu hơn, yêu cầu gửi sự kiện được trả lời 503 cho đến khi xử lý kịp; riêng cơ quan có sự kiện gửi nhiều nơi bị chậm như vậy cũng được trả lời 503.',
  'Store the event log in Apache Kafka. Requires `store.postgres`.':
    'Lưu nhật ký sự kiện trong Apache Kafka. Phải có `store.postgres`.',
  'Addresses of some of the brokers, host:port; the client learns the others from them.':
    'Địa chỉ một số broker, dạng máy:cổng mạng; từ đó trục tự biết các broker còn lại.',
  'Name of this client in the logs of the brokers.': 'Tên của trục trong nhật ký của broker.',
  'Prefix of every topic and group, ending in a full stop; lets several buses share a cluster.':
    'Tiền tố của mọi topic và group, kết thúc bằng dấu chấm; nhờ đó nhiều trục dùng chung được một cụm.',
  'Number of partitions of each topic. Never change it once topics exist: it keeps the events of a case in order.':
    'Số phân vùng của mỗi topic. Đã có topic thì không được đổi: con số này giữ đúng thứ tự sự kiện của một vụ việc.',
  'Copies of each partition. With fewer than 3, the loss of a broker may lose acknowledged events.':
    'Số bản sao của mỗi phân vùng. Ít hơn 3 thì mất một broker có thể mất sự kiện đã tiếp nhận.',
  'Copies that must have a record before it is acknowledged.':
    'Số bản sao phải có bản ghi thì trục mới xác nhận.',
  'How long Kafka keeps records, in days. The archive keeps events anyway.':
    'Số ngày Kafka giữ bản ghi. Kho lưu của trục vẫn giữ sự kiện.',
  'Compression of the records sent.': 'Cách nén bản ghi gửi đi.',
  'Use TLS. Certificates and host names are always verified.':
    'Dùng TLS. Chứng thư và tên máy luôn được kiểm tra.',
  'PEM file of the certificate authorities that sign the brokers; default: those Node trusts.':
    'Tệp PEM của các tổ chức chứng thực đã ký cho broker; mặc định: các tổ chức mà Node tin cậy.',
  'PEM file of the client certificate, if the brokers require one.':
    'Tệp PEM của chứng thư máy khách, nếu broker đòi hỏi.',
  'PEM file of its private key.': 'Tệp PEM của khóa bí mật tương ứng.',
  'Sign in with SCRAM.': 'Đăng nhập bằng SCRAM.',
  'How to sign in.': 'Cơ chế đăng nhập.',
  'User of the brokers.': 'Tên người dùng ở broker.',
  'Password of the user; preferably from an environment variable.':
    'Mật khẩu của người dùng; nên lấy từ biến môi trường.',
  'File with the password, instead of `password`.': 'Tệp chứa mật khẩu, thay cho `password`.',
  'Store state in PostgreSQL. Requires `eventLog.kafka`.':
    'Lưu trạng thái trong PostgreSQL. Phải có `eventLog.kafka`.',
  'Address of the database: postgres://user@host:5432/database. TLS is used and the certificate verified, except if the host is this machine or with ?sslmode=disable. For a socket: postgres://user@localhost/database?host=/run/postgresql.':
    'Địa chỉ cơ sở dữ liệu: postgres://user@host:5432/database. Luôn dùng TLS và kiểm tra chứng thư, trừ khi máy chủ là chính máy này hoặc có ?sslmode=disable. Qua socket: postgres://user@localhost/database?host=/run/postgresql.',
  'File with the password, instead of `password`; read again for each connection.':
    'Tệp chứa mật khẩu, thay cho `password`; được đọc lại mỗi lần kết nối.',
  'PEM file of the certificate authorities that sign the server certificate, instead of the well-known ones; requires TLS.':
    'Tệp PEM của các tổ chức chứng thực đã ký chứng thư máy chủ, thay cho các tổ chức phổ biến; phải có TLS.',
  'PEM file of the certificate chain to sign in with; requires TLS and `keyFile`.':
    'Tệp PEM của chuỗi chứng thư dùng để đăng nhập; phải có TLS và `keyFile`.',
  'Maximum number of reading connections per process; writing and listening use four more.':
    'Số kết nối đọc nhiều nhất của mỗi tiến trình; ghi và chờ thông báo dùng thêm bốn kết nối.',
  'Longest wait for an answer from PostgreSQL; after it the caller gets an error that says to try again.':
    'Thời gian chờ PostgreSQL trả lời lâu nhất; quá thời gian này bên gọi nhận lỗi và được báo thử lại.',
  'Store attachments in S3.': 'Lưu tệp đính kèm trong S3.',
  'Address of the service, without a path. Use http://… only on a network that nobody else can read.':
    'Địa chỉ dịch vụ, không kèm đường dẫn. Chỉ dùng http://… trong mạng mà không ai khác đọc được.',
  'Region of the bucket.': 'Vùng (region) của bucket.',
  'Name of an existing bucket. Versioning must be off, so that deleted attachments are really deleted.':
    'Tên bucket đã có sẵn. Phải tắt lưu phiên bản (versioning) để tệp đã xóa thật sự mất.',
  'Prefix of every key, for example `lienthong/`. Two buses must not share a prefix.':
    'Tiền tố của mọi khóa trong bucket, ví dụ `lienthong/`. Hai trục không được dùng chung tiền tố.',
  'Access key.': 'Mã truy cập (access key).',
  'Secret of the access key; preferably from an environment variable.':
    'Khóa bí mật của mã truy cập; nên lấy từ biến môi trường.',
  'File with the secret, instead of `secretAccessKey`; read again while the bus runs.':
    'Tệp chứa khóa bí mật, thay cho `secretAccessKey`; được đọc lại khi trục đang chạy.',
  'Longest wait for an answer to begin, and for its next bytes.':
    'Thời gian chờ lâu nhất để bắt đầu có trả lời, và giữa hai lần nhận dữ liệu.',
  'Folder for attachments; with Kafka and PostgreSQL one that all processes share. Default: in the data folder.':
    'Thư mục chứa tệp đính kèm; khi dùng Kafka và PostgreSQL phải là thư mục dùng chung của mọi tiến trình. Mặc định: trong thư mục dữ liệu.',
  'Bytes of attachments that one agency may have, unfinished uploads included. An attachment counts for each agency that uploaded it. Absent: as many as are still free on the disk, so that one agency leaves half of it to the others; in S3, 1 TiB.':
    'Tổng dung lượng tệp đính kèm của một cơ quan, kể cả tệp đang tải dở. Tệp được tính cho từng cơ quan đã tải lên. Không đặt: bằng phần đĩa còn trống, tức một cơ quan để lại một nửa cho các cơ quan khác; trong S3: 1 TiB.',
  'Number of attachments that one event may list; one listed twice counts twice.':
    'Số tệp đính kèm một sự kiện được ghi; ghi hai lần thì tính hai.',
  'Bytes of all attachments that one event lists; one listed twice counts twice.':
    'Tổng dung lượng tệp đính kèm một sự kiện được ghi; ghi hai lần thì tính hai.',
  'Address to listen on.': 'Địa chỉ lắng nghe.',
  'Port to listen on; 0 picks a free one.': 'Cổng mạng lắng nghe; 0 là tự chọn một cổng mạng trống.',
  'Address of the gateway as agencies use it, with a path if its host is shared, without a slash at the end; `aud` of their tokens must be exactly this. Default: http://127.0.0.1:<port>, or with `gateway.host` if that is one address.':
    'Địa chỉ cổng (gateway) mà các cơ quan dùng, có đường dẫn nếu tên máy dùng chung, không có dấu / ở cuối; `aud` trong token phải đúng từng ký tự. Mặc định: http://127.0.0.1:<port>, hoặc `gateway.host` nếu đó là một địa chỉ cụ thể.',
  'Serve HTTPS. Without it the gateway serves HTTP: let it listen on loopback only, or behind a proxy that terminates TLS.':
    'Phục vụ bằng HTTPS. Nếu không đặt, cổng (gateway) dùng HTTP: khi đó chỉ cho lắng nghe tại chính máy, hoặc đặt sau proxy có TLS.',
  'PEM file of the certificate chain; read again when it changes.':
    'Tệp PEM của chuỗi chứng thư; được đọc lại khi thay đổi.',
  'PEM file of its private key; read again when it changes.':
    'Tệp PEM của khóa bí mật tương ứng; được đọc lại khi thay đổi.',
  'Allow reading the schema registry, looking up schemas and comparing them without a token.':
    'Cho đọc kho lược đồ, tra cứu và so sánh lược đồ mà không cần token.',
  'Largest request body, in bytes. Attachments have a limit of their own.':
    'Kích thước nội dung yêu cầu lớn nhất. Tệp đính kèm có giới hạn riêng.',
  'Largest attachment, in bytes.': 'Kích thước tệp đính kèm lớn nhất.',
  'Longest time for a request body to arrive; for an attachment, longest time without new bytes.':
    'Thời gian lâu nhất để nhận đủ nội dung yêu cầu; với tệp đính kèm: thời gian lâu nhất không có dữ liệu mới.',
  'What one agency, or one address, may use.': 'Mức sử dụng của một cơ quan hoặc một địa chỉ mạng.',
  'Requests one agency may send in a second; more get 429. The default is beyond what one machine answers: agencies share the machine fairly without it, so set it only to hold each of them below that.':
    'Số yêu cầu một cơ quan được gửi trong một giây; vượt quá thì nhận 429. Giá trị mặc định cao hơn sức của một máy: các cơ quan vẫn được chia đều mà không cần giới hạn này, nên chỉ đặt khi muốn giữ từng cơ quan thấp hơn nữa.',
  'Bytes of request bodies, uploads included, that one agency may send in a minute; more get 429.':
    'Lượng dữ liệu một cơ quan được gửi trong một phút, kể cả tệp tải lên; vượt quá thì nhận 429.',
  'Requests one agency may have open at the same time, waiting inbox readers included; more get 429.':
    'Số yêu cầu một cơ quan được mở cùng lúc, kể cả các lượt đọc hộp thư đang chờ; vượt quá thì nhận 429.',
  'Inbox readers (`waitSeconds`) one agency may have waiting at the same time; more get 429.':
    'Số lượt đọc hộp thư đang chờ (`waitSeconds`) cùng lúc của một cơ quan; vượt quá thì nhận 429.',
  'Bytes of request bodies of one agency that are read into memory at the same time, attachments aside. Further requests wait, unread, up to ten seconds for the ones before them; then, or where a hundred wait already, they get 429.':
    'Lượng nội dung yêu cầu của một cơ quan được đọc vào bộ nhớ cùng lúc, không kể tệp đính kèm. Các yêu cầu tiếp theo chờ tối đa mười giây; quá thời gian đó, hoặc khi đã có một trăm yêu cầu chờ, thì nhận 429.',
  'Bytes of answers kept in memory for one agency until it takes them, attachments aside. Further answers wait up to ten seconds for room; then their requests get 429.':
    'Lượng trả lời được giữ trong bộ nhớ cho một cơ quan cho đến khi cơ quan nhận, không kể tệp đính kèm. Các trả lời tiếp theo chờ tối đa mười giây; sau đó yêu cầu nhận 429.',
  'How long a caller may take nothing of an answer; the connection is closed within twice this time.':
    'Thời gian bên gọi được phép không nhận gì của trả lời; kết nối bị đóng trong vòng hai lần thời gian này.',
  'Connections open at the same time, of all callers; more are refused. Absent: half of the file descriptors that the process may open, after 128 kept back for the bus itself and the management port.':
    'Số kết nối mở cùng lúc của mọi bên gọi; vượt quá thì bị từ chối. Không đặt: một nửa số tệp mà tiến trình được mở, sau khi chừa 128 cho chính trục và cổng mạng quản lý.',
  'Connections from one IP address, or one IPv6 network of 64 bits. Behind a proxy all connections come from its address: then set it as high as `connections`, and limit addresses at the proxy. Absent: half of `connections`.':
    'Số kết nối từ một địa chỉ IP, hoặc một mạng IPv6 64 bit. Sau proxy mọi kết nối đều từ địa chỉ của proxy: khi đó hãy đặt bằng `connections` và giới hạn địa chỉ tại proxy. Không đặt: một nửa `connections`.',
  'A session of the console ends when it is not used for so long.':
    'Phiên trên bảng điều khiển kết thúc khi không dùng trong thời gian này.',
  'A session of the console ends after this time in any case.':
    'Phiên trên bảng điều khiển luôn kết thúc sau thời gian này.',
  'Log people in at an OpenID provider. Without it they log in with a link that `lienthong console` prints.':
    'Đăng nhập qua nhà cung cấp OpenID. Nếu không đặt, đăng nhập bằng liên kết do `lienthong console` in ra.',
  'The OpenID provider, as its discovery document names it. It must be https, except on this machine (127.0.0.1, [::1] or localhost).':
    'Nhà cung cấp OpenID, đúng như tài liệu mô tả (discovery) của họ ghi. Phải là https, trừ khi ở chính máy này (127.0.0.1, [::1] hoặc localhost).',
  'The client that the bus is at the provider.': 'Mã ứng dụng (client) của trục tại nhà cung cấp.',
  "File with the client's secret. Without it the client is a public one.":
    'Tệp chứa mã bí mật của ứng dụng. Không đặt: ứng dụng công khai.',
  "PEM file of the authority that signed the provider's certificate, if it is a private one.":
    'Tệp PEM của tổ chức đã ký chứng thư của nhà cung cấp, nếu là tổ chức nội bộ.',
  'Scopes to ask for.': 'Các phạm vi (scope) cần xin.',
  "Claim with the person's name. The id of a person is always `sub`.":
    'Thuộc tính (claim) chứa họ tên. Mã của một người luôn là `sub`.',
  'Claim with the roles of a person: a text or a list of texts. A dot leads into an object, such as `realm_access.roles`.':
    'Thuộc tính chứa vai trò: một chuỗi hoặc danh sách chuỗi. Dấu chấm dẫn vào đối tượng bên trong, như `realm_access.roles`.',
  'Claim with the code of the agency of a reader.': 'Thuộc tính chứa mã cơ quan của người xem.',
  'Values of the role claim that make a person an operator: sees all but contents, and may act.':
    'Giá trị vai trò của người vận hành: xem tất cả trừ nội dung và được thao tác.',
  'Values that make a person an auditor: sees all but contents.':
    'Giá trị vai trò của người kiểm tra: xem tất cả trừ nội dung.',
  'Values that make a person a reader: sees what belongs to the agency of the claim.':
    'Giá trị vai trò của người xem: xem những gì thuộc cơ quan ghi trong thuộc tính.',
  'How often the provider is asked again for the roles of a person who is logged in, if it gives refresh tokens. A role that is withdrawn there ends within this time; otherwise with the session.':
    'Khoảng thời gian hỏi lại nhà cung cấp về vai trò của người đang đăng nhập, nếu có refresh token. Vai trò bị thu hồi hết hiệu lực trong thời gian này; nếu không có refresh token thì khi hết phiên.',
  'Authentication context classes (`acr`) one of which a log-in must have for changes. A person with another is sent to the provider again. Empty: every log-in will do.':
    'Các mức xác thực (`acr`) được phép thay đổi dữ liệu. Người có mức khác phải đăng nhập lại. Để trống: mức nào cũng được.',
  'Public JWKs of the operators, from which all trust starts. If empty, a key is created in the data folder at the first start.':
    'Khóa công khai (JWK) của đơn vị vận hành, gốc của mọi tin cậy. Để trống: lần khởi động đầu tạo một khóa trong thư mục dữ liệu.',
  "File with an operator's private JWK. The bus signs the acts with it that announce its own key and the schemas of a release.":
    'Tệp chứa khóa bí mật (JWK) của đơn vị vận hành. Trục dùng khóa này để ký thao tác công bố khóa của trục và lược đồ của bản phát hành.',
  'File with the private JWK that signs receipts; the same for all processes. Default: a key created in the data folder.':
    'Tệp chứa khóa bí mật (JWK) ký biên nhận; giống nhau ở mọi tiến trình. Mặc định: khóa được tạo trong thư mục dữ liệu.',
  "Working hours from Monday to Friday, in Vietnam's time, in order: by them expected events become overdue. A change holds for events from then on; `lienthong views rebuild flows` applies it to all.":
    'Giờ làm việc từ thứ Hai đến thứ Sáu, giờ Việt Nam, theo thứ tự: dùng để tính quá hạn. Thay đổi có hiệu lực với sự kiện về sau; muốn áp dụng cho tất cả, chạy `lienthong views rebuild flows`.',
  'Public holidays on weekdays, `YYYY-MM-DD`.': 'Ngày nghỉ lễ rơi vào ngày làm việc, dạng `YYYY-MM-DD`.',
  'Weekend days that are worked in exchange for a day off, `YYYY-MM-DD`.':
    'Ngày cuối tuần làm bù, dạng `YYYY-MM-DD`.',
  'Acts that the systems of one agency may record in an hour. Operators have no limit.':
    'Số thao tác các hệ thống của một cơ quan được ghi trong một giờ. Đơn vị vận hành không bị giới hạn.',
  'Agreements that one agency has drafted and that are neither signed nor ended. Operators have no limit.':
    'Số thỏa thuận một cơ quan đã lập mà chưa ký và chưa chấm dứt. Đơn vị vận hành không bị giới hạn.',
  'Keys that a system may have if it adds one itself, including past ones. Operators have no limit.':
    'Số khóa một hệ thống được có khi tự thêm, kể cả khóa cũ. Đơn vị vận hành không bị giới hạn.',
  'Least severe level that is logged.': 'Mức nhẹ nhất được ghi nhật ký.',
  'Base URL of the OpenTelemetry collector (OTLP over HTTP), for example http://127.0.0.1:4318; `/v1/traces` is appended. Without it no traces are recorded.':
    'Địa chỉ gốc của bộ thu OpenTelemetry (OTLP qua HTTP), ví dụ http://127.0.0.1:4318; trục tự thêm `/v1/traces`. Không đặt thì không ghi dấu vết (trace).',
  'Share of the traces started by the bus that are recorded, from 0 to 1. A trace that a sender started is recorded if its `traceparent` says so.':
    'Tỷ lệ dấu vết (trace) do trục bắt đầu được ghi, từ 0 đến 1. Dấu vết do bên gửi bắt đầu được ghi nếu `traceparent` yêu cầu.',
  'Service name of this bus in the collector.': 'Tên dịch vụ của trục tại bộ thu.',
  'Language of the messages.': 'Ngôn ngữ của tin cảnh báo.',
  'Send a reminder of what is still so after this time; 0: none.':
    'Nhắc lại những gì vẫn chưa hết sau thời gian này; 0: không nhắc.',
  'Other limits, by the name of the alert.': 'Ngưỡng khác, theo tên cảnh báo.',
  'Another limit.': 'Ngưỡng khác.',
  'Another time for which it must be so.': 'Thời gian kéo dài khác trước khi cảnh báo.',
  'True: never alert.': 'true: không bao giờ cảnh báo.',
  'Where alerts are sent.': 'Nơi nhận cảnh báo.',
  'Name of the channel, once.': 'Tên kênh, không trùng.',
  'Send by SMTP. A channel has either `mail` or `webhook`.':
    'Gửi qua SMTP. Mỗi kênh có `mail` hoặc `webhook`.',
  'Name or address of the mail server.': 'Tên hoặc địa chỉ máy chủ thư điện tử.',
  'Its port.': 'Cổng mạng của máy chủ.',
  '`tls` from the first byte; `starttls`: sending fails where the server has no TLS; `none`: only within one machine.':
    '`tls`: mã hóa ngay từ đầu; `starttls`: không gửi được nếu máy chủ không có TLS; `none`: chỉ trong cùng một máy.',
  'PEM file of the authorities that its certificate may be of.':
    'Tệp PEM của các tổ chức được phép ký chứng thư của máy chủ.',
  'User to log in as.': 'Tên đăng nhập.',
  'Password, best taken from the environment.': 'Mật khẩu, nên lấy từ biến môi trường.',
  'File with the password, read for each message.': 'Tệp chứa mật khẩu, được đọc cho mỗi tin.',
  'Sender.': 'Người gửi.',
  'Recipients; each sees the others.': 'Người nhận; mỗi người thấy những người khác.',
  'Send as JSON with the headers of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.':
    'Gửi JSON với các header của Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.',
  'Address that takes each message by POST.': 'Địa chỉ nhận từng tin bằng POST.',
  'Host that may be called without TLS; the host of `url`, if that begins with http://.':
    'Máy được phép gọi không có TLS; chính là máy trong `url` nếu địa chỉ bắt đầu bằng http://.',
  'Key that signs each message, best taken from the environment.':
    'Khóa ký từng tin, nên lấy từ biến môi trường.',
  'File with that key, read for each message.': 'Tệp chứa khóa đó, được đọc cho mỗi tin.',
  'Send only alerts about these agencies, their systems and connectors, so that an agency hears of its own. Absent: all alerts.':
    'Chỉ gửi cảnh báo về các cơ quan này, hệ thống và kết nối của họ, để mỗi cơ quan nhận tin của mình. Không đặt: mọi cảnh báo.',
  'Connector instances whose alerts are not sent here, since they need the same server: the others are to tell of them.':
    'Các kết nối mà cảnh báo về chúng không gửi qua kênh này vì chúng dùng cùng máy chủ: kênh khác sẽ báo.',
  'Connector instances to run; further ones in the files of the folder connectors.d beside this file. Their settings are checked one by one.':
    'Các kết nối cần chạy; có thể đặt thêm trong các tệp của thư mục connectors.d cạnh tệp này. Từng kết nối được kiểm tra riêng.',
  'Name of the instance; unique.': 'Tên của kết nối; không trùng.',
  'Kind of connector: the name of its folder under connectors/ or in one of connectorFolders.':
    'Loại kết nối: tên thư mục của nó trong connectors/ hoặc trong một thư mục thuộc connectorFolders.',
  'System that the instance acts as, /agencies/<code>/systems/<name>: it reads the inbox of its agency and publishes as this system.':
    'Hệ thống mà kết nối đại diện, dạng /agencies/<code>/systems/<name>: kết nối đọc hộp thư của cơ quan và gửi sự kiện với tư cách hệ thống này.',
  "File with the system's private JWK.": 'Tệp chứa khóa bí mật (JWK) của hệ thống.',
  'Further files with private JWKs of the system: the key that was registered last and is valid signs. For a change of keys.':
    'Các tệp khóa bí mật (JWK) khác của hệ thống: khóa đăng ký sau cùng và còn hiệu lực được dùng để ký. Dùng khi thay khóa.',
  'Interval of polling, such as 30s or 5m. Default: that of the kind, or 10s.':
    'Khoảng thời gian giữa hai lần đọc, như 30s hoặc 5m. Mặc định: theo loại kết nối, hoặc 10s.',
  'Deliveries per second, over the instances of the rate group. Default: no limit.':
    'Số lượt chuyển mỗi giây của cả nhóm. Mặc định: không giới hạn.',
  'Deliveries at the same time; those of one sender about one subject keep their order.':
    'Số lượt chuyển cùng lúc; các sự kiện của cùng bên gửi về cùng đối tượng giữ đúng thứ tự.',
  'Instances that share an outside system share this name: they run in one process and do not deliver what another of them published. Default: the name of the instance.':
    'Các kết nối dùng chung một hệ thống ngoài có chung tên này: chúng chạy trong một tiến trình và không chuyển lại những gì kết nối cùng nhóm đã gửi. Mặc định: tên của kết nối.',
  'Where a new instance begins: now, beginning, or an instant (RFC 3339). Default: it reads all that the outside has, and delivers what its agency receives from now on.':
    'Kết nối mới bắt đầu từ đâu: now (bây giờ), beginning (từ đầu), hoặc một thời điểm (RFC 3339). Mặc định: đọc mọi thứ hệ thống ngoài đang có, và chuyển những gì cơ quan nhận từ nay.',
  'Names that the instance had before: it goes on where it was under them.':
    'Các tên cũ của kết nối: kết nối chạy tiếp từ vị trí khi mang các tên đó.',
  'Days for which the content of quarantined items is kept.': 'Số ngày giữ nội dung các mục bị cách ly.',
  'Days for which deliveries that have ended are listed; skipped ones stay.':
    'Số ngày còn liệt kê các lượt chuyển đã kết thúc; lượt bị bỏ qua được giữ mãi.',
  'Path of the gateway under which the outside calls, outside /v1, in addition to /v1/connectors/<name>/receive. Default: none.':
    'Đường dẫn tại cổng (gateway) để hệ thống ngoài gọi vào, nằm ngoài /v1, thêm vào /v1/connectors/<name>/receive. Mặc định: không có.',
  'How kinds that use the `fetch` of the host reach the outside.':
    'Cách các loại kết nối dùng `fetch` của trục gọi ra ngoài.',
  'Proxy for requests to the outside.': 'Proxy cho các yêu cầu gọi ra ngoài.',
  'PEM file of certificate authorities trusted instead of the usual ones.':
    'Tệp PEM của các tổ chức chứng thực được tin cậy, thay cho các tổ chức thông thường.',
  'Longest time of a request to the outside, its answer included.':
    'Thời gian lâu nhất của một yêu cầu gọi ra ngoài, kể cả nhận trả lời.',
  'Largest answer of the outside.': 'Kích thước trả lời lớn nhất của hệ thống ngoài.',
  'Allow servers without TLS.': 'Cho phép máy chủ không có TLS.',
  'Allow servers in private networks, this machine included. Reserved addresses are never called.':
    'Cho phép máy chủ trong mạng nội bộ, kể cả chính máy này. Địa chỉ dành riêng không bao giờ được gọi.',
  'Settings of this kind of connector.': 'Thiết lập riêng của loại kết nối.',
  'Settings of connector instances that do not have them, by kind.':
    'Thiết lập chung cho các kết nối không tự đặt, theo loại.',
  'Folders of further kinds of connectors, each with a folder of its name.':
    'Các thư mục chứa thêm loại kết nối, mỗi loại một thư mục mang tên loại.',

  'All agencies, in any order.': 'Mọi cơ quan, thứ tự tùy ý.',
  'Identifier code of the agency: 13 characters as in QCVN 102:2016 (QĐ 28/2018/QĐ-TTg), such as 000.00.91.H03, or from left to right as in QĐ 20/2020/QĐ-TTg, such as H37.DN.':
    'Mã định danh của cơ quan: 13 ký tự theo QCVN 102:2016 (QĐ 28/2018/QĐ-TTg), như 000.00.91.H03, hoặc viết từ trái sang phải theo QĐ 20/2020/QĐ-TTg, như H37.DN.',
  'Name of the agency.': 'Tên cơ quan.',
  'Code of the agency above it.': 'Mã cơ quan cấp trên.',
  'A further code of the same agency, such as a former one.':
    'Một mã khác của cùng cơ quan, ví dụ mã trước đây.',
  'Day from which the agency exists.': 'Ngày cơ quan bắt đầu hoạt động.',
  'The agency is closed, or is to be closed. `{}` if nothing else is to be said.':
    'Cơ quan đã chấm dứt hoạt động, hoặc cần chấm dứt hoạt động. Ghi `{}` nếu không cần nói gì thêm.',
  'Code of the agency that continues its work; senders are told.':
    'Mã cơ quan kế thừa; bên gửi được báo mã này.',
  'Last day of the agency.': 'Ngày cuối cùng cơ quan hoạt động.',
  'Software of the agency that signs with keys of its own.': 'Phần mềm của cơ quan, ký bằng khóa riêng.',
  'Name of the system, unique within its agency: lower-case letters, digits and hyphens.':
    'Tên hệ thống, không trùng trong cơ quan: chữ thường không dấu, chữ số và dấu gạch nối.',
  'What people call the system.': 'Tên gọi thường dùng của hệ thống.',
  '`operator` sees all but contents and may act; `auditor` sees all but contents.':
    '`operator`: đơn vị vận hành, xem tất cả trừ nội dung và được thao tác; `auditor`: kiểm tra, xem tất cả trừ nội dung.',
  'It may publish without signing; its events are marked as unsigned.':
    'Được gửi mà không ký; sự kiện bị đánh dấu là không có chữ ký.',
  'The bus holds its private key: a connector acts as this system.':
    'Trục giữ khóa bí mật: một kết nối hoạt động thay hệ thống này.',
  'It reads only with tokens that are bound to one request.': 'Chỉ được đọc bằng token gắn với từng yêu cầu.',
  'Public JWKs, as `lienthong keys new` prints them.':
    'Các khóa công khai (JWK), đúng như `lienthong keys new` in ra.',
  'Name of the key. A new key needs a new name.': 'Tên khóa. Khóa mới phải có tên mới.',
  'Rights of the system to publish.': 'Quyền gửi của hệ thống.',
  'Event type that the system may publish.': 'Loại sự kiện hệ thống được gửi.',
  '`agreements`: the agencies with an agreement for the type. `*`: every agency that the event names; only for documents.':
    '`agreements`: các cơ quan có thỏa thuận về loại này. `*`: mọi cơ quan mà sự kiện nêu tên; chỉ dùng cho văn bản.',
  "Agencies' rights to receive events of other agencies. `apply` drafts and signs them.":
    'Quyền của cơ quan được nhận sự kiện của cơ quan khác. `apply` lập và ký các thỏa thuận này.',
  'Name of the agreement: lower-case letters, digits and hyphens.':
    'Tên thỏa thuận: chữ thường không dấu, chữ số và dấu gạch nối.',
  'Agency whose events are sent.': 'Cơ quan có sự kiện được gửi đi.',
  'Agency that receives them.': 'Cơ quan nhận.',
  'Event types that the agreement is about.': 'Các loại sự kiện thuộc thỏa thuận.',
  'What the events may be used for.': 'Mục đích sử dụng sự kiện.',
  'Legal basis of the agreement.': 'Căn cứ pháp lý của thỏa thuận.',
  'When it begins. Absent: when it is signed.': 'Thời điểm bắt đầu. Không đặt: khi được ký.',
  'When it ends. Absent: never.': 'Thời điểm kết thúc. Không đặt: không kết thúc.'
}
