// Package notify tells people things: one message model, whatever the channel.
//
// A message is a row made in the transaction of what it tells about, exactly
// once (its dedupe key), together with the job that hands it to a carrier. The
// hand-over is at least once: a carrier that took the message but whose answer
// was lost gets it again, with the same Message-ID, by which mail programs know
// it (RFC 5322 section 3.6.4). Messages to one address go in the order they
// were made in, also when the carrier is down for a while.
//
// Channels are e-mail by SMTP, the person's inbox on their own page (when no
// address is known), and the outbox: without a carrier, as in a demo, nothing
// leaves the house and the outbox page shows what would have been sent. Every
// message to a person stands in their inbox as well.
//
// A refusal for good (5yz, RFC 5321 section 4.2.1) fails a message at once, a
// passing one is tried again for three days. What failed is visible to the
// operator and can be retried. Address and content are encrypted with the
// tenant's key; of the carrier's answers only the codes are kept, since their
// texts repeat the address.
//
// Who may see a message is decided by the caller, except for Inbox, which gives
// a person their own. What must not be told by e-mail (taushetsplikt,
// forvaltningsloven § 13) is not put in a message: the text says that there is
// something to read and links to the page behind the log-in.
package notify
