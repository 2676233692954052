import { perLoop, type Row, ratio } from './row.ts'

/** The targets of the kinds of connectors, each against a loop with the same library. */
export const kindRows = [
  {
    ...perLoop,
    key: 'one-stop-client-in',
    title:
      '`one-stop`, inbound from a system that is called: dossiers/s recorded ÷ a loop that asks page by page with `fetch` and publishes each page as a signed batch'
  },
  {
    ...perLoop,
    key: 'one-stop-client-out',
    title:
      '`one-stop`, outbound to a system that is called: dossiers/s ÷ a loop that sends each with `fetch` and writes *begun* and *done* durably'
  },
  {
    ...perLoop,
    key: 'one-stop-server-in',
    title:
      '`one-stop`, inbound from a system that calls: dossiers/s recorded ÷ the same records published as signed batches of 100'
  },
  {
    ...perLoop,
    key: 'one-stop-server-out',
    title:
      '`one-stop`, outbound to a system that calls: dossiers/s collected ÷ the same read from the inbox, 100 at a time'
  },
  {
    ...perLoop,
    key: 'portal-feed-in',
    title:
      '`portal`, inbound from a feed of 50 new articles: articles/s recorded ÷ a loop that reads it with htmlparser2, sanitises it and publishes a signed batch'
  },
  {
    ...perLoop,
    key: 'portal-wordpress-in',
    title:
      '`portal`, inbound from WordPress: posts/s recorded ÷ a loop that asks for 100 at a time and publishes each page as a signed batch'
  },
  {
    ...perLoop,
    key: 'portal-wordpress-out',
    title:
      '`portal`, outbound to WordPress: posts/s ÷ a loop that makes each with one request and writes *begun* and *done* durably'
  },
  {
    ...ratio,
    key: 'document-folder',
    title:
      'edXML of 20 MB over a folder: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-folder-out',
    title:
      'edXML of 20 MB given over a folder: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-sftp',
    title:
      'edXML of 20 MB over SFTP: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-sftp-out',
    title:
      'edXML of 20 MB given over SFTP: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis',
    title:
      'edXML of 20 MB over the axis, asked: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis-out',
    title:
      'edXML of 20 MB given over the axis, asked: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis-server',
    title:
      'edXML of 20 MB over the axis that the bus is: packages/s (read, checked, an item made) ÷ taking it with the same library, hashing and decoding it',
    must: 0.7,
    goal: 0.7
  },
  {
    ...ratio,
    key: 'document-axis-server-out',
    title:
      'edXML of 20 MB given over the axis that the bus is: packages/s (written from an event and its file) ÷ hashing and encoding the file, and giving it with the same library',
    must: 0.7,
    goal: 0.7
  },
  {
    ...perLoop,
    key: 'email-in',
    title:
      '`email`, inbound from Dovecot: mails/s recorded ÷ a loop with `imapflow` and `postal-mime` that publishes signed batches of 100'
  },
  {
    ...perLoop,
    key: 'email-out',
    title:
      '`email`, outbound to OpenSMTPD: notices/s ÷ a loop with `nodemailer` that writes *begun* and *done* durably'
  },
  {
    ...perLoop,
    key: 'sms-out',
    title:
      '`sms`, outbound to a message centre: notices/s ÷ a loop that sends each with the library `smpp` and writes *begun* and *done* durably'
  },
  {
    ...perLoop,
    key: 'sms-in',
    title:
      '`sms`, inbound: delivery reports/s recorded ÷ a loop that reads them with the library `smpp` and publishes signed batches of what has come'
  },
  {
    ...perLoop,
    key: 'directory-out',
    title:
      '`directory`, 8 in flight: accounts/s made in OpenLDAP (looked for, address chosen, password hashed and handed out) ÷ a loop with `ldapts` that does the same and keeps its deliveries in SQLite'
  },
  {
    ...perLoop,
    key: 'staff-csv-in',
    title:
      '`staff`, people who join in a complete list: events/s recorded ÷ a loop that reads it with `csv-parse` and publishes signed batches of 100'
  },
  {
    ...perLoop,
    key: 'staff-postgres-in',
    title:
      '`staff`, people who join in PostgreSQL: events/s recorded ÷ a loop that reads the outbox with `pg`, publishes signed batches of 100 and marks them'
  }
] as const satisfies readonly Row[]
