package notify

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed messages/*.toml
var messages embed.FS

// Migrations returns the package's tables.
func Migrations() fs.FS { return migrations }

// Messages returns the package's texts.
func Messages() fs.FS { return messages }

const messageColumns = `id, person_id, kind, thread, lang, channel, recipient_cipher, recipient_key, content_cipher,
	message_id, refs, dedupe_key, state, attempts, next_at, created_at, handed_over_at, last_error, class, urgent, plan_cipher, seen_at`

// messageRow is a row of notify_messages.
type messageRow struct {
	id, person, kind, thread  string
	lang                      i18n.Lang
	channel                   Channel
	address                   []byte
	recipient                 string
	content                   []byte
	messageID, refs, dedupe   string
	state                     State
	attempts                  int
	next, created, handedOver store.Time
	lastError                 string
	class                     Class
	urgent                    bool
	plan                      []byte
	seen                      store.Time
	// reader is who reads for the person with marks of her own, and read when she did
	// first; see readerFor.
	reader string
	read   store.Time
}

func (m *messageRow) columns() []any {
	return []any{
		&m.id, &m.person, &m.kind, &m.thread, &m.lang, &m.channel, &m.address, &m.recipient, &m.content,
		&m.messageID, &m.refs, &m.dedupe, &m.state, &m.attempts, &m.next, &m.created, &m.handedOver, &m.lastError,
		&m.class, &m.urgent, &m.plan, &m.seen,
	}
}

// listed are the columns of a list, with when the reader read it.
func (m *messageRow) listed() []any { return append(m.columns(), &m.read) }

// insert makes the row unless its dedupe key has been used.
func (m *messageRow) insert(ctx context.Context, tx *store.Tx) (bool, error) {
	n, err := tx.Exec(ctx, `
		insert into notify_messages (tenant_id, `+messageColumns+`)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		on conflict (tenant_id, dedupe_key) do nothing`,
		tx.Tenant, m.id, m.person, m.kind, m.thread, string(m.lang), string(m.channel), m.address, m.recipient, m.content,
		m.messageID, m.refs, m.dedupe, string(m.state), m.attempts, m.next, m.created, m.handedOver, m.lastError,
		string(m.class), m.urgent, m.plan, m.seen)
	if err != nil {
		return false, fmt.Errorf("notify: make message: %w", err)
	}
	return n > 0, nil
}

func idByDedupe(ctx context.Context, tx *store.Tx, key string) (string, error) {
	id, err := store.One(ctx, tx, store.Value[string], `
		select id from notify_messages where tenant_id = $1 and dedupe_key = $2`, tx.Tenant, key)
	if err != nil {
		return "", fmt.Errorf("notify: find message: %w", err)
	}
	return id, nil
}

// threadRefs returns the first and the last Message-ID of a thread to an
// address, which is what mail programs need to put messages together.
func threadRefs(ctx context.Context, tx *store.Tx, thread, self, recipient string) (string, error) {
	refs := ""
	for _, order := range []string{"asc", "desc"} {
		id, err := store.One(ctx, tx, store.Value[string], `
			select message_id from notify_messages
			where tenant_id = $1 and thread = $2 and recipient_key = $3 and id < $4 order by id `+order+` limit 1`,
			tx.Tenant, thread, recipient, self)
		if errors.Is(err, store.ErrNoRows) {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("notify: read thread: %w", err)
		}
		switch refs {
		case "", id:
			refs = id
		default:
			refs += " " + id
		}
	}
	return refs, nil
}

func byID(ctx context.Context, tx *store.Tx, id string) (messageRow, error) {
	row, err := store.One(ctx, tx, (*messageRow).columns, `
		select `+messageColumns+` from notify_messages where tenant_id = $1 and id = $2`, tx.Tenant, id)
	if err != nil {
		return row, fmt.Errorf("notify: read message: %w", err)
	}
	return row, nil
}

// list returns the chosen rows, newest first, with what a reader has read of them.
func list(ctx context.Context, tx *store.Tx, f Filter, reader string) ([]messageRow, error) {
	where, args := []string{`tenant_id = $1`}, []any{tx.Tenant, reader}
	for _, c := range []struct{ column, value string }{
		{"person_id", f.PersonID}, {"thread", f.Thread}, {"state", string(f.State)}, {"channel", string(f.Channel)},
	} {
		if c.value != "" {
			args = append(args, c.value)
			where = append(where, c.column+` = $`+strconv.Itoa(len(args)))
		}
	}
	rows, err := store.All(ctx, tx, (*messageRow).listed, `
		select `+messageColumns+`, (select r.read_at from notify_reads r where r.tenant_id = $1 and r.message_id = notify_messages.id and r.reader_id = $2)
		from notify_messages where `+strings.Join(where, ` and `)+` order by id desc limit `+strconv.Itoa(f.Limit), args...)
	if err != nil {
		return nil, fmt.Errorf("notify: list messages: %w", err)
	}
	for i := range rows {
		rows[i].reader = reader
	}
	return rows, nil
}

func receipts(ctx context.Context, tx *store.Tx, id string) ([]Receipt, error) {
	type row struct {
		Receipt
		at store.Time
	}
	rows, err := store.All(ctx, tx, func(r *row) []any { return []any{&r.at, &r.What, &r.Detail, &r.Delivery} }, `
		select at, what, detail, delivery_id from notify_receipts where tenant_id = $1 and message_id = $2
		order by id desc limit 200`, tx.Tenant, id)
	if err != nil {
		return nil, fmt.Errorf("notify: list receipts: %w", err)
	}
	out := make([]Receipt, 0, len(rows))
	for _, r := range rows {
		r.At = r.at.Time
		out = append(out, r.Receipt)
	}
	slices.Reverse(out)
	return out, nil
}

func addReceipt(ctx context.Context, tx *store.Tx, id, delivery, what, detail string) error {
	_, err := tx.Exec(ctx, `
		insert into notify_receipts (tenant_id, id, message_id, at, what, detail, delivery_id) values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.Tenant, ids.New(), id, tx.Now, what, detail, delivery)
	if err != nil {
		return fmt.Errorf("notify: add receipt: %w", err)
	}
	return nil
}

func counts(ctx context.Context, tx *store.Tx) ([]Count, error) {
	out, err := store.All(ctx, tx, func(c *Count) []any { return []any{&c.Channel, &c.State, &c.N} }, `
		select channel, state, count(*) from notify_messages group by channel, state order by channel, state limit 100`)
	if err != nil {
		return nil, fmt.Errorf("notify: count messages: %w", err)
	}
	return out, nil
}
