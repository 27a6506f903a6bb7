package neighbours

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

const recipientColumns = `id, notice_id, person_id, owner_id, kind, way, properties, opposite, code_digest, message_id, until_on, delivered_on, answer, answered_at,
	source, late, posting, documents, content_cipher, told_of, version`

type recipientRow struct {
	Recipient
	properties string
	answered   store.Time
	documents  store.JSON
	cipher     []byte
}

func (r *recipientRow) fields() []any {
	p := &r.Recipient
	return []any{
		&p.ID, &p.NoticeID, &p.PersonID, &p.OwnerID, (*string)(&p.Kind), (*string)(&p.Way), &r.properties, &p.Opposite, &p.code, &p.message, &p.Until, &p.DeliveredOn,
		(*string)(&p.Answer), &r.answered, &p.Source, &p.Late, &p.posting, &r.documents, &r.cipher, &p.ToldOf, &p.Version,
	}
}

// recipient decrypts a row.
func (s *Service) recipient(ctx context.Context, tx *store.Tx, r recipientRow) (Recipient, error) {
	p := r.Recipient
	p.Properties, p.AnsweredAt = strings.Fields(r.properties), r.answered.Time
	if err := json.Unmarshal(r.documents, &p.Documents); err != nil {
		return Recipient{}, fmt.Errorf("neighbours: documents: %w", err)
	}
	return p, s.open(ctx, tx, p.ID, r.cipher, &p.About)
}

// recipients returns those who are notified, in the order of the list.
func (s *Service) recipients(ctx context.Context, tx *store.Tx, notice string) ([]Recipient, error) {
	return s.findRecipients(ctx, tx, `notice_id = $2 order by id`, notice)
}

// maxRecipients bounds what is read: a notice goes to at most mayNotify owners, and to all
// the guardians of those who have some.
const maxRecipients = 1000

// ofPerson returns the newest of those by which somebody is notified, or what she owns is
// told of, the newest first.
func (s *Service) ofPerson(ctx context.Context, tx *store.Tx, person string, asOwner bool) ([]Recipient, error) {
	condition := `person_id = $2`
	if asOwner {
		condition = `owner_id = $2 and owner_id <> ''`
	}
	return s.findRecipients(ctx, tx, condition+` order by id desc`, person)
}

// findRecipients reads some by a condition, which ends with an order.
func (s *Service) findRecipients(ctx context.Context, tx *store.Tx, condition string, args ...any) ([]Recipient, error) {
	rows, err := store.All(ctx, tx, (*recipientRow).fields, `select `+recipientColumns+` from neighbours_recipients where tenant_id = $1 and `+condition+`
		limit `+strconv.Itoa(maxRecipients), append([]any{tx.Tenant}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("neighbours: recipients: %w", err)
	}
	list := make([]Recipient, 0, len(rows))
	for _, r := range rows {
		p, err := s.recipient(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// oneRecipient reads one, by its id or its code's digest.
func (s *Service) oneRecipient(ctx context.Context, tx *store.Tx, column, value string, lock bool) (Recipient, error) {
	query := `select ` + recipientColumns + ` from neighbours_recipients where tenant_id = $1 and id = $2`
	if column == "code_digest" {
		query = `select ` + recipientColumns + ` from neighbours_recipients where tenant_id = $1 and code_digest = $2`
	}
	if lock {
		query += tx.ForUpdate(false)
	}
	r, err := store.One(ctx, tx, (*recipientRow).fields, query, tx.Tenant, value)
	if errors.Is(err, store.ErrNoRows) {
		return Recipient{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Recipient{}, fmt.Errorf("neighbours: recipient: %w", err)
	}
	return s.recipient(ctx, tx, r)
}

func (s *Service) insertRecipient(ctx context.Context, tx *store.Tx, r Recipient) error {
	cipher, err := s.seal(ctx, tx, r.ID, r.About)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into neighbours_recipients (tenant_id, notice_id, id, kind, way, properties, opposite, documents, content_cipher, owner_id, version)
		values ($1, $2, $3, $4, $5, $6, $7, '[]', $8, $9, 1)`,
		tx.Tenant, r.NoticeID, r.ID, string(r.Kind), string(r.Way), strings.Join(r.Properties, " "), r.Opposite, cipher, r.OwnerID)
	if err != nil {
		return fmt.Errorf("neighbours: insert recipient: %w", err)
	}
	return nil
}

// saveRecipient writes one over the version that was read.
func (s *Service) saveRecipient(ctx context.Context, tx *store.Tx, r *Recipient) error {
	cipher, err := s.seal(ctx, tx, r.ID, r.About)
	if err != nil {
		return err
	}
	documents, err := listJSON(r.Documents)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, `update neighbours_recipients set person_id = $4, kind = $5, way = $6, code_digest = $7, message_id = $8, until_on = $9,
			delivered_on = $10, answer = $11, answered_at = $12, source = $13, late = $14, posting = $15, documents = $16, content_cipher = $17,
			told_of = $18, owner_id = $19, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`,
		tx.Tenant, r.ID, r.Version, r.PersonID, string(r.Kind), string(r.Way), r.code, r.message, r.Until, r.DeliveredOn, string(r.Answer),
		store.At(r.AnsweredAt), r.Source, r.Late, r.posting, documents, cipher, r.ToldOf, r.OwnerID)
	if err != nil {
		return fmt.Errorf("neighbours: save recipient: %w", err)
	}
	if changed == 0 {
		return errs.Conflict("errs.conflict")
	}
	r.Version++
	return nil
}

// dropRecipient takes one away who turns out not to be notified.
func dropRecipient(ctx context.Context, tx *store.Tx, notice, id string) error {
	if _, err := tx.Exec(ctx, `delete from neighbours_recipients where tenant_id = $1 and notice_id = $2 and id = $3`, tx.Tenant, notice, id); err != nil {
		return fmt.Errorf("neighbours: take a recipient away: %w", err)
	}
	return nil
}

// clearRecipients takes away those of a notice that is not sent.
func clearRecipients(ctx context.Context, tx *store.Tx, notice string) error {
	if _, err := tx.Exec(ctx, `delete from neighbours_recipients where tenant_id = $1 and notice_id = $2`, tx.Tenant, notice); err != nil {
		return fmt.Errorf("neighbours: take recipients away: %w", err)
	}
	return nil
}
