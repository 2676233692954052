import type { AlertCondition } from './alert-condition.ts'
import { connectorConditions } from './connector-conditions.ts'

const day = 86_400

/**
 * Every alert of the bus. The rules for Prometheus, the page docs/alerts.md and the alerts that the bus sends
 * by itself are made from this table.
 */
export const alertConditions = [
  {
    name: 'LienthongProjectorStopped',
    severity: 'critical',
    ...{ metric: 'lienthong_projector_stopped', by: [], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 2,
    summary: {
      en: 'The projector is stopped: accepted events reach no inbox.',
      vi: 'Bộ xử lý sự kiện (projector) đang dừng: sự kiện đã tiếp nhận chưa đến hộp thư của cơ quan nào.'
    },
    action: {
      en: 'Read the reason under `projector` in /readyz of the management port, and the log. It continues by itself once the cause is removed.',
      vi: 'Xem lý do ở mục `projector` trong /readyz của cổng quản lý và trong nhật ký. Bộ xử lý tự chạy tiếp khi nguyên nhân được khắc phục.'
    }
  },
  {
    name: 'LienthongProjectorBehind',
    severity: 'warning',
    ...{ metric: 'lienthong_projector_lag_seconds', by: [], of: 'largest', is: 'above', threshold: 20 },
    forMinutes: 5,
    summary: {
      en: 'The projector is {value} seconds behind: accepted events may reach the inboxes late.',
      vi: 'Bộ xử lý sự kiện (projector) chậm {value} giây: sự kiện đã tiếp nhận có thể đến hộp thư chậm.'
    },
    action: {
      en: 'Look at the load of the machine and of the database. If lienthong_projector_lag keeps growing, more is published than the machine can take.',
      vi: 'Kiểm tra tải của máy chủ và cơ sở dữ liệu. Nếu lienthong_projector_lag tăng liên tục thì lượng gửi vượt khả năng của máy.'
    }
  },
  {
    name: 'LienthongFanOutBehind',
    severity: 'warning',
    ...{ metric: 'lienthong_fan_out_lag_seconds', by: [], of: 'largest', is: 'above', threshold: 20 },
    forMinutes: 5,
    summary: {
      en: 'Events with many recipients reach the last inboxes {value} seconds late.',
      vi: 'Sự kiện gửi nhiều nơi đến hộp thư cuối cùng chậm {value} giây.'
    },
    action: {
      en: 'Read in /readyz of the management port, under `lag`, whose events they are. An agency that sends much to many waits for itself; if it is not that, look at the load of the machine and of the database.',
      vi: 'Xem mục `lag` trong /readyz của cổng quản lý để biết là sự kiện của cơ quan nào. Cơ quan gửi nhiều sự kiện đến nhiều nơi thì tự phải chờ; nếu không phải vậy, kiểm tra tải của máy chủ và cơ sở dữ liệu.'
    }
  },
  {
    name: 'LienthongProjectorQuarantined',
    severity: 'critical',
    ...{ metric: 'lienthong_projector_quarantined', by: [], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 0,
    summary: {
      en: '{value} accepted event(s) could not be stored, and did not reach all inboxes.',
      vi: '{value} sự kiện đã tiếp nhận không lưu được và không đến đủ các hộp thư.'
    },
    action: {
      en: 'The table projectorQuarantine has the reason of each. Report it soon as a fault of the bus. On one machine the events are kept; with Kafka only as long as the topic keeps them (eventLog.kafka.retentionDays).',
      vi: 'Bảng projectorQuarantine có lý do của từng sự kiện. Hãy sớm báo lỗi của trục liên thông. Trên một máy, các sự kiện vẫn được giữ; với Kafka thì chỉ trong thời hạn lưu của topic (eventLog.kafka.retentionDays).'
    }
  },
  {
    name: 'LienthongFlowsBehind',
    severity: 'warning',
    ...{ metric: 'lienthong_flows_lag_seconds', by: [], of: 'largest', is: 'above', threshold: 300 },
    forMinutes: 5,
    summary: {
      en: 'The view of flows is {value} seconds behind: search, timelines, and what is stuck or overdue are not up to date.',
      vi: 'Phần tra cứu vụ việc (flows) chậm {value} giây: kết quả tìm kiếm, tiến trình, vụ việc kẹt và quá hạn chưa được cập nhật.'
    },
    action: {
      en: 'If it is stopped, the reason is under `flows` in /readyz of the management port, and in the log. If lienthong_flows_lag falls, it is catching up: wait.',
      vi: 'Nếu bị dừng, lý do ở mục `flows` trong /readyz của cổng quản lý và trong nhật ký. Nếu lienthong_flows_lag đang giảm thì phần này đang được bổ sung: hãy chờ.'
    }
  },
  {
    name: 'LienthongAppendQueueLong',
    severity: 'warning',
    ...{ metric: 'lienthong_append_queue', by: [], of: 'largest', is: 'above', threshold: 5000 },
    forMinutes: 2,
    summary: {
      en: '{value} records wait to be stored. At 10,000 publishing is answered 503.',
      vi: '{value} bản ghi đang chờ lưu. Đến 10.000, việc gửi bị trả lời 503.'
    },
    action: {
      en: 'Check that the disk, or Kafka, answers in time: lienthong doctor.',
      vi: 'Kiểm tra đĩa hoặc Kafka có đáp ứng kịp không: lienthong doctor.'
    }
  },
  {
    name: 'LienthongAgencySilent',
    severity: 'warning',
    ...{ metric: 'lienthong_agency_oldest_undelivered_seconds', by: ['agency'], of: 'largest' },
    ...{ except: { agency: 'rest' }, is: 'above', threshold: 2 * day },
    forMinutes: 10,
    summary: {
      en: 'Agency {agency} has not taken an event that was sent to it more than two days ago.',
      vi: 'Cơ quan {agency} chưa nhận một sự kiện đã gửi đến từ hơn hai ngày trước.'
    },
    action: {
      en: 'Ask the agency whether its system runs, and look at the connectors that act for it: lienthong connectors list.',
      vi: 'Hỏi cơ quan xem hệ thống của họ có hoạt động không, và xem các kết nối của cơ quan: lienthong connectors list.'
    }
  },
  {
    name: 'LienthongFurtherAgenciesSilent',
    severity: 'warning',
    ...{ metric: 'lienthong_agency_oldest_undelivered_seconds', where: { agency: 'rest' }, by: [] },
    ...{ of: 'largest', is: 'above', threshold: 2 * day },
    forMinutes: 10,
    summary: {
      en: 'Besides the 50 agencies that alert by name, others have not taken an event that was sent to them more than two days ago.',
      vi: 'Ngoài 50 cơ quan được nêu tên, còn cơ quan khác chưa nhận một sự kiện đã gửi đến từ hơn hai ngày trước.'
    },
    action: {
      en: 'Which: lienthong agencies. So many at once may be a public holiday, or a fault of the bus or the network.',
      vi: 'Xem những cơ quan nào: lienthong agencies. Nhiều cơ quan cùng lúc có thể do ngày nghỉ, hoặc lỗi của trục liên thông hay của mạng.'
    }
  },
  {
    name: 'LienthongKeyExpires',
    severity: 'warning',
    ...{ metric: 'lienthong_key_days_left', by: ['system'], of: 'smallest', is: 'below', threshold: 14 },
    forMinutes: 0,
    summary: {
      en: 'The last key of system {system} has {value} days left; a negative number: it has expired.',
      vi: 'Khóa cuối cùng của hệ thống {system} còn {value} ngày; số âm: đã hết hạn.'
    },
    action: {
      en: 'Register a new key for it (key.added) before then; without one it can neither publish nor read. A system that is not used any more: revoke it.',
      vi: 'Đăng ký khóa mới (key.added) trước thời điểm đó; nếu không, hệ thống không gửi và không nhận được. Hệ thống không còn dùng: hãy thu hồi.'
    }
  },
  {
    name: 'LienthongCertificateExpires',
    severity: 'warning',
    ...{ metric: 'lienthong_certificate_days_left', by: ['certificate'], of: 'smallest' },
    ...{ is: 'below', threshold: 14 },
    forMinutes: 0,
    summary: {
      en: 'The TLS certificate of the setting {certificate} has {value} days left; a negative number: it has expired.',
      vi: 'Chứng thư TLS của cấu hình {certificate} còn {value} ngày; số âm: đã hết hạn.'
    },
    action: {
      en: 'Renew the certificate in the file that the setting names.',
      vi: 'Gia hạn chứng thư trong tệp nêu trong cấu hình.'
    }
  },
  {
    name: 'LienthongDiskLow',
    severity: 'warning',
    ...{ metric: 'lienthong_disk_free_ratio', by: ['disk'], of: 'smallest', is: 'below', threshold: 0.1 },
    forMinutes: 10,
    summary: {
      en: 'Less than a tenth of the disk for {disk} is free.',
      vi: 'Đĩa chứa {disk} còn trống dưới một phần mười.'
    },
    action: {
      en: 'Free space or enlarge the disk. Without space publishing and uploads are answered 503.',
      vi: 'Giải phóng hoặc mở rộng đĩa. Khi hết chỗ, việc gửi và tải lên bị trả lời 503.'
    }
  },
  {
    name: 'LienthongDiskFull',
    severity: 'critical',
    ...{ metric: 'lienthong_disk_reserve_used', by: ['disk'], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 0,
    summary: {
      en: 'The disk for {disk} is full: publishing and uploads are answered 503.',
      vi: 'Đĩa chứa {disk} đã đầy: việc gửi và tải lên bị trả lời 503.'
    },
    action: {
      en: 'Free space or enlarge the disk. The bus continues by itself.',
      vi: 'Giải phóng hoặc mở rộng đĩa. Trục liên thông tự chạy tiếp.'
    }
  },
  {
    name: 'LienthongPublishingRefused',
    severity: 'critical',
    ...{ metric: 'lienthong_publishing_refused', by: [], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 1,
    summary: {
      en: 'Publishing is answered 503, or a part of it: the event log takes no records, or accepted events wait too long for the inboxes.',
      vi: 'Việc gửi sự kiện (hoặc một phần) bị trả lời 503: nhật ký sự kiện không nhận bản ghi, hoặc sự kiện đã tiếp nhận chờ quá lâu mới vào hộp thư.'
    },
    action: {
      en: 'Read the reason under `event log` or `lag` in /readyz of the management port. For a lag, look at the load of the machine and of the database, and whether the consumers run: publishing goes on when they have caught up (publishing.maxLagSeconds).',
      vi: 'Xem lý do ở mục `event log` hoặc `lag` trong /readyz của cổng quản lý. Nếu do chậm (lag), kiểm tra tải của máy chủ và cơ sở dữ liệu, và các tiến trình consumers có đang chạy không: việc gửi được tiếp tục khi đã xử lý kịp (publishing.maxLagSeconds).'
    }
  },
  {
    name: 'LienthongCopiesMissing',
    severity: 'warning',
    ...{ metric: 'lienthong_log_copies_missing', by: [], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 10,
    summary: {
      en: '{value} partition(s) of the event log have fewer copies in step than they should.',
      vi: '{value} phân vùng của nhật ký sự kiện thiếu bản sao đồng bộ.'
    },
    action: {
      en: 'A broker is away, is slow, or has lost its disk. Read under `brokers` in /readyz of the management port which partition it is. Start the broker again or check it: while copies are missing, one more failure may stop publishing.',
      vi: 'Một broker đang dừng, chậm hoặc hỏng ổ đĩa. Xem mục `brokers` trong /readyz của cổng quản lý để biết là phân vùng nào. Hãy khởi động lại hoặc kiểm tra broker đó: trong lúc thiếu bản sao, thêm một sự cố nữa có thể làm ngừng việc tiếp nhận.'
    }
  },
  {
    name: 'LienthongMainThreadSlow',
    severity: 'warning',
    ...{
      metric: 'lienthong_event_loop_delay_p99_seconds',
      by: [],
      of: 'largest',
      is: 'above',
      threshold: 0.5
    },
    forMinutes: 10,
    summary: {
      en: 'The main thread of a process is delayed by {value} seconds (99th percentile).',
      vi: 'Luồng chính của một tiến trình bị chậm {value} giây (phân vị 99).'
    },
    action: {
      en: 'Look at the load of the machine; with Kafka and PostgreSQL start more processes.',
      vi: 'Kiểm tra tải của máy chủ; nếu dùng Kafka và PostgreSQL, hãy chạy thêm tiến trình.'
    }
  },
  {
    name: 'LienthongActsIgnored',
    severity: 'critical',
    ...{ metric: 'lienthong_control_acts_ignored', by: [], of: 'largest', is: 'above', threshold: 0 },
    forMinutes: 0,
    summary: {
      en: '{value} stored control act(s) are not valid and are ignored: the bus did not record them.',
      vi: '{value} thao tác quản trị đã lưu không hợp lệ và bị bỏ qua: không do trục liên thông ghi.'
    },
    action: {
      en: 'Somebody else wrote to the database. Check who can write to the table controlActs; the log names the numbers of the acts.',
      vi: 'Có người khác ghi vào cơ sở dữ liệu. Kiểm tra ai có quyền ghi bảng controlActs; nhật ký nêu số của các thao tác.'
    }
  },
  ...connectorConditions,
  {
    name: 'LienthongAlertChannelFailing',
    severity: 'warning',
    ...{
      metric: 'lienthong_alert_channel_failing',
      by: ['channel'],
      of: 'largest',
      is: 'above',
      threshold: 0
    },
    forMinutes: 0,
    summary: {
      en: 'The alert channel {channel} does not take messages.',
      vi: 'Kênh cảnh báo {channel} không nhận thông báo.'
    },
    action: {
      en: 'The error is in /readyz of the management port. Try it: lienthong alerts test',
      vi: 'Xem lỗi trong /readyz của cổng quản lý. Thử lại: lienthong alerts test'
    }
  }
] as const satisfies readonly AlertCondition[]
