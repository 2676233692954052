/** What commands do, in Vietnamese, by their English text: who changes the one is led to the other by a test. */
export const commandsInVietnamese: Readonly<Record<string, string>> = {
  'Event-driven interoperability bus for government.': 'Trục liên thông hướng sự kiện cho cơ quan nhà nước.',
  'Run the bus on this machine.': 'Chạy trục liên thông trên máy này.',
  'Run a gateway process: it accepts events and serves inboxes over HTTP.':
    'Chạy tiến trình cổng (gateway): tiếp nhận sự kiện và phục vụ hộp thư qua HTTP.',
  'Run a consumer process: it reads the event log and updates inboxes.':
    'Chạy tiến trình xử lý (consumers): đọc nhật ký sự kiện và cập nhật hộp thư.',
  'Run a connector process: it exchanges events with outside systems.':
    'Chạy tiến trình kết nối (connectors): trao đổi sự kiện với hệ thống bên ngoài.',
  'Show what a connector would publish or send for a sample, by default for the samples in its settings. Nothing is sent.':
    'Cho xem kết nối sẽ gửi lên trục hoặc gửi ra ngoài những gì với một mẫu; mặc định là các mẫu trong cấu hình của kết nối. Không gửi gì.',
  'List connector instances and their states.': 'Liệt kê các kết nối và trạng thái.',
  'Show an instance: its state, cursor and counts.': 'Xem một kết nối: trạng thái, con trỏ và các số đếm.',
  'Pause an instance: it neither publishes nor delivers.':
    'Tạm dừng một kết nối: không gửi lên trục, không chuyển ra ngoài.',
  'Let a paused instance run again.': 'Cho kết nối đang tạm dừng chạy lại.',
  'Stop an instance, and have it connect anew.': 'Dừng một kết nối rồi cho kết nối lại từ đầu.',
  'Ask the outside system whether all is well. Exit code 1 if it is not. While the instance is paused, list what the outside system has that is not stored.':
    'Hỏi hệ thống bên ngoài có hoạt động tốt không. Mã thoát 1 nếu không. Khi kết nối đang tạm dừng: liệt kê những gì hệ thống bên ngoài có mà trục chưa lưu.',
  'Have the next poll go on at a cursor. What was stored before is not stored again.':
    'Đặt con trỏ cho lần hỏi tiếp theo. Những gì đã lưu không lưu lại.',
  'Have every process read the settings of all instances again. Those that are unchanged go on undisturbed; exit code 1 if some are misconfigured.':
    'Yêu cầu mọi tiến trình đọc lại cấu hình các kết nối. Kết nối không đổi vẫn chạy bình thường; mã thoát 1 nếu có cấu hình sai.',
  'Write the folder of a new kind of connector: a working example, its test and its README.':
    'Tạo thư mục cho một loại kết nối mới: ví dụ chạy được, kiểm thử và README.',
  'Put the promises of a kind of connector to the test: against a real bus, through an outside system that fails in every way. Exit code 1 if one is broken.':
    'Kiểm thử các cam kết của một loại kết nối: với trục thật, qua một hệ thống bên ngoài gặp đủ loại lỗi. Mã thoát 1 nếu có cam kết không giữ được.',
  'What needs a person now, as the running bus finds it.':
    'Những việc cần người xử lý ngay, theo trục đang chạy.',
  'Send a test message over every channel of the configuration. The bus need not run.':
    'Gửi tin thử qua mọi kênh cảnh báo trong cấu hình. Trục không cần chạy.',
  'The topics of the event log in Kafka.': 'Các topic của nhật ký sự kiện trong Kafka.',
  'Create the missing topics with the settings of the configuration.':
    'Tạo các topic còn thiếu theo cấu hình.',
  'Accept a topic that was deleted and created again; lists events that only the deleted one had.':
    'Chấp nhận một topic đã bị xóa rồi tạo lại; liệt kê các sự kiện chỉ topic bị xóa mới có.',
  'Run the bus with a demo province, and send a document and a dossier through it.':
    'Chạy trục với một tỉnh mẫu, gửi qua trục một văn bản và một hồ sơ.',
  'Change agencies, systems, keys, rights and agreements to what a province file says. Prints the planned acts first. Exit code 0: the bus is as the file says; 2: it differs; 1: it failed.':
    'Thay đổi cơ quan, hệ thống, khóa, quyền và thỏa thuận theo tệp tỉnh. In các thao tác dự kiến trước. Mã thoát 0: trục đúng như tệp; 2: còn khác; 1: không thực hiện được.',
  'Create keys for systems; list, add and retire keys of systems.':
    'Tạo khóa cho hệ thống; liệt kê, thêm và ngừng sử dụng khóa của hệ thống.',
  'Create a key pair: the private key is written to a file, the public JWK to standard output.':
    'Tạo cặp khóa: khóa bí mật ghi vào tệp, khóa công khai (JWK) in ra đầu ra chuẩn.',
  'List the keys of a system, including past ones; says which expire within 30 days.':
    'Liệt kê các khóa của một hệ thống, kể cả khóa cũ; nêu khóa sẽ hết hạn trong 30 ngày.',
  'Let a system sign with one more key.': 'Cho phép hệ thống ký bằng thêm một khóa.',
  'Have the bus refuse what is signed with a key from now on.':
    'Yêu cầu trục từ chối những gì ký bằng một khóa kể từ bây giờ.',
  'Replace a key: create one, add it, check that it signs, and retire the old one after a while. The old key file is kept. Can be run again if it was interrupted.':
    'Thay khóa: tạo khóa mới, đăng ký, kiểm tra ký được, rồi ngừng sử dụng khóa cũ sau một thời gian. Tệp khóa cũ được giữ lại. Có thể chạy lại nếu bị ngắt giữa chừng.',
  'Print a link that logs you in to the console, once, within a minute.':
    'In liên kết đăng nhập bảng điều khiển, dùng một lần, trong một phút.',
  'Print a valid event of a type, to edit and send with `lienthong send`.':
    'In một sự kiện hợp lệ của một loại, để sửa rồi gửi bằng `lienthong send`.',
  'Sign and publish events. The same file can be sent again safely.':
    'Ký và gửi sự kiện. Gửi lại cùng một tệp không tạo sự kiện trùng.',
  "Read an agency's inbox. What is read is delivered.":
    'Đọc hộp thư của cơ quan. Sự kiện đã đọc được tính là đã nhận.',
  'Single events: get, status.': 'Từng sự kiện: xem nội dung, xem tình trạng.',
  'Print an event as it is stored, for its sender and its recipients. A recipient that gets it has received it. With --json also its receipt, for `lienthong verify`.':
    'In sự kiện đúng như đã lưu, cho bên gửi và các nơi nhận. Nơi nhận lấy bằng lệnh này được tính là đã nhận. Với --json in cả biên nhận, dùng cho `lienthong verify`.',
  'Print what became of an event at each recipient: its state, and for connectors the attempts, the last error and the next attempt.':
    'Cho biết sự kiện đến đâu ở từng nơi nhận: tình trạng; với kết nối thì thêm các lần thử, lỗi gần nhất và lần thử tiếp theo.',
  'Accept or reject events that the agency received. The first answer to an event is final.':
    'Chấp nhận hoặc từ chối sự kiện cơ quan đã nhận. Trả lời đầu tiên là cuối cùng.',
  'Upload a file, and print what to put into the event that is to have it.':
    'Tải một tệp lên và in phần cần đưa vào sự kiện đính kèm tệp đó.',
  'Save an attachment that the agency uploaded or received, and check it against its SHA-256.':
    'Lưu tệp đính kèm mà cơ quan đã tải lên hoặc đã nhận, và đối chiếu với SHA-256.',
  'Deliveries by connectors.': 'Các lượt chuyển của kết nối.',
  'List deliveries that are open, or those in a state; oldest event first.':
    'Liệt kê các lượt chuyển chưa xong, hoặc ở một trạng thái; sự kiện cũ nhất trước.',
  'Show a delivery: its last error, what it waits for, and what people did to it.':
    'Xem một lượt chuyển: lỗi gần nhất, đang chờ gì, và ai đã làm gì với nó.',
  'Try dead deliveries again. Names one, or with --all those of a filter.':
    'Thử lại các lượt không chuyển được: một lượt, hoặc với --all mọi lượt khớp bộ lọc.',
  'Try deliveries that wait for their time now. Names one, or with --all those of a filter.':
    'Thử ngay các lượt đang chờ đến giờ: một lượt, hoặc với --all mọi lượt khớp bộ lọc.',
  'Give deliveries up, so that later ones of the same sender and subject go on. Names one, or with --all those of a filter.':
    'Bỏ các lượt chuyển, để những lượt sau của cùng bên gửi và đối tượng đi tiếp: một lượt, hoặc với --all mọi lượt khớp bộ lọc.',
  'Say of deliveries in doubt whether the outside system has the event. Names one, or with --all those of a filter.':
    'Với lượt chưa rõ kết quả: cho biết hệ thống bên ngoài đã có sự kiện hay chưa: một lượt, hoặc với --all mọi lượt khớp bộ lọc.',
  'Show a case across agencies: its steps, how each recipient got them, and what is missing.':
    'Xem một vụ việc qua các cơ quan: các bước, từng nơi nhận đã nhận thế nào, và còn thiếu gì.',
  'List cases that do not go on: stuck at a connector, or overdue at an agency.':
    'Liệt kê vụ việc không đi tiếp: tắc ở một kết nối, hoặc quá hạn ở một cơ quan.',
  'What runs, what is behind and what fails, as far as the system may see it. Exit code 1 if something needs a person.':
    'Những gì đang chạy, đang chậm và đang lỗi, trong phạm vi hệ thống được xem. Mã thoát 1 nếu có việc cần người xử lý.',
  'Views: what the bus makes from its archive.': 'Các khung nhìn (view): dữ liệu trục dựng từ kho lưu.',
  'Make a view again from the archive while the bus runs, and wait until it is in use. For operators.':
    'Dựng lại một khung nhìn từ kho lưu trong khi trục chạy, và chờ đến khi nó được dùng. Dành cho đơn vị vận hành.',
  'Items of outside systems that cannot be used.': 'Những mục từ hệ thống bên ngoài không dùng được.',
  'List quarantined items with their reasons, oldest first.':
    'Liệt kê các mục bị cách ly kèm lý do, cũ nhất trước.',
  'Show a quarantined item.': 'Xem một mục bị cách ly.',
  'Read items again, or publish their events again; those that still cannot be used stay.':
    'Đọc lại các mục, hoặc gửi lại sự kiện của chúng; mục vẫn không dùng được thì giữ nguyên.',
  'Who did what, newest first: control acts, and acts on deliveries, connectors and quarantine.':
    'Ai đã làm gì, mới nhất trước: thao tác quản trị, và thao tác với lượt chuyển, kết nối và mục cách ly.',
  'Agencies: who is active and who is silent; close.':
    'Cơ quan: cơ quan nào hoạt động, cơ quan nào im lặng; đóng cơ quan.',
  'Close an agency for good. Asks first, as it cannot be undone.':
    'Đóng vĩnh viễn một cơ quan. Hỏi lại trước, vì không hoàn tác được.',
  'When agencies last published and read, and what they have not read; longest silent first. This is the default.':
    'Các cơ quan gửi và đọc lần cuối khi nào, còn bao nhiêu chưa đọc; im lặng lâu nhất trước. Đây là lệnh mặc định.',
  'Systems of agencies: list, suspend, resume, revoke.':
    'Hệ thống của các cơ quan: liệt kê, tạm ngừng, mở lại, thu hồi.',
  'List systems: state, keys in use, when they last read and published. This is the default.':
    'Liệt kê hệ thống: trạng thái, khóa đang dùng, lần đọc và gửi cuối. Đây là lệnh mặc định.',
  'Refuse every request of a system until it is resumed.':
    'Từ chối mọi yêu cầu của một hệ thống cho đến khi được mở lại.',
  'Accept requests of a suspended system again.': 'Nhận lại yêu cầu của hệ thống đang tạm ngừng.',
  'Refuse every request of a system for good. Asks first, as it cannot be undone.':
    'Từ chối vĩnh viễn mọi yêu cầu của một hệ thống. Hỏi lại trước, vì không hoàn tác được.',
  'Agreements between agencies: list, sign, suspend, resume, end.':
    'Thỏa thuận giữa các cơ quan: liệt kê, ký, tạm ngừng, mở lại, chấm dứt.',
  'List agreements: state and terms. This is the default.':
    'Liệt kê thỏa thuận: trạng thái và điều khoản. Đây là lệnh mặc định.',
  'Put a drafted agreement in force: the provider may send under it.':
    'Cho dự thảo thỏa thuận có hiệu lực: bên cung cấp được gửi theo thỏa thuận.',
  'Stop what is sent under an agreement until it is resumed.':
    'Dừng những gì gửi theo một thỏa thuận cho đến khi được mở lại.',
  'Put a suspended agreement in force again.': 'Cho thỏa thuận đang tạm ngừng có hiệu lực trở lại.',
  'End an agreement for good. Asks first, as it cannot be undone.':
    'Chấm dứt vĩnh viễn một thỏa thuận. Hỏi lại trước, vì không hoàn tác được.',
  'List which system may publish which events, and to whom.':
    'Liệt kê hệ thống nào được gửi sự kiện nào, cho ai.',
  'Why a request was refused: what it had passed, what failed, and what to do.':
    'Vì sao một yêu cầu bị từ chối: đã qua bước nào, hỏng ở đâu, và cần làm gì.',
  'Accounts of staff in an LDAP directory.': 'Tài khoản cán bộ trong thư mục LDAP.',
  'Compare staff, directory and mail, and fix what differs on request.':
    'So danh sách cán bộ, thư mục và hệ thống thư; sửa chỗ khác nhau khi được yêu cầu.',
  'Remove closed accounts that were kept for the set time. The mailboxes stay.':
    'Xóa các tài khoản đã đóng và đã giữ đủ thời hạn. Hộp thư điện tử vẫn còn.',
  "Verify the sender's signature and the receipt of the bus, offline.":
    'Kiểm tra chữ ký của bên gửi và biên nhận của trục, không cần kết nối mạng.',
  'Check whether the bus can run on this machine, or whether a system can use a gateway.':
    'Kiểm tra trục có chạy được trên máy này không, hoặc một hệ thống có dùng được cổng không.',
  'Back up a data folder consistently. The bus may be running.':
    'Sao lưu nhất quán một thư mục dữ liệu. Trục có thể đang chạy.',
  'Replace a data folder with a backup. The bus must not be running. Readers must read again from the time of the backup.':
    'Thay thư mục dữ liệu bằng bản sao lưu. Trục phải dừng. Các bên đọc phải đọc lại từ thời điểm sao lưu.',
  'Migrate a bus from one machine to Kafka and PostgreSQL. The bus must not be running.':
    'Chuyển trục từ một máy sang Kafka và PostgreSQL. Trục phải dừng.',
  'Serve the schema registry on 127.0.0.1 for clients that cannot sign. Their changes are signed with --key.':
    'Mở kho lược đồ (schema registry) tại 127.0.0.1 cho phần mềm không ký được. Thay đổi của chúng được ký bằng --key.',
  'Avro schemas in files.': 'Lược đồ Avro trong tệp.',
  'Check that schemas are valid and compatible with the registered versions. Exit code 1 if one is not.':
    'Kiểm tra lược đồ hợp lệ và tương thích với các phiên bản đã đăng ký. Mã thoát 1 nếu không.',
  'Print a script with which a shell completes commands and flags: source <(lienthong completion bash).':
    'In tập lệnh để shell tự điền lệnh và cờ: source <(lienthong completion bash).'
}
