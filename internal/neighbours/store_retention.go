package neighbours

import (
	"context"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/platform/blob"
	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// follow copies from the case what the staff's list is asked for by.
func follow(ctx context.Context, tx *store.Tx, n Notice) error {
	_, err := tx.Exec(ctx, `update neighbours_notices set department_id = $3, restricted = $4 where tenant_id = $1 and id = $2`,
		tx.Tenant, n.ID, n.Department, n.Restricted)
	if err != nil {
		return fmt.Errorf("neighbours: follow the case: %w", err)
	}
	return nil
}

// Untouched returns the notices that never became part of a case and that nobody has
// touched since an instant, in order of id, after one.
func (*Service) Untouched(ctx context.Context, tx *store.Tx, before store.Time, after string, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from neighbours_notices
		where tenant_id = $1 and case_id = '' and updated_at < $2 and id > $3 order by id limit $4`, tx.Tenant, before, after, limit)
	if err != nil {
		return nil, fmt.Errorf("neighbours: list untouched: %w", err)
	}
	return list, nil
}

// maxDocuments bounds what is kept for one notice and its answers.
const maxDocuments = maxFiles * (mayNotify + 1)

// End deletes a notice with all that came of it. One that is gone is no error.
func (s *Service) End(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := s.Blobs.RemoveSome(ctx, tx, blob.Owner{Type: ownerNotice, ID: id}, maxDocuments); err != nil {
		return fmt.Errorf("neighbours: take the documents away: %w", err)
	}
	for _, of := range []string{thread(id), senderThread(id)} {
		if _, err := s.Notify.Forget(ctx, tx, of, maxDocuments); err != nil {
			return fmt.Errorf("neighbours: take the messages away: %w", err)
		}
	}
	if err := clearRecipients(ctx, tx, id); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from neighbours_notices where tenant_id = $1 and id = $2`, tx.Tenant, id); err != nil {
		return fmt.Errorf("neighbours: delete: %w", err)
	}
	return nil
}

// Forget takes persons and texts out of the notices of a case; that there was one,
// when, and how many answered what stays for the statistics.
func (s *Service) Forget(ctx context.Context, tx *store.Tx, caseID, nobody string) error {
	list, err := store.All(ctx, tx, store.Value[string], `select id from neighbours_notices where tenant_id = $1 and case_id = $2 order by id limit 100`, tx.Tenant, caseID)
	if err != nil {
		return fmt.Errorf("neighbours: of a case: %w", err)
	}
	for _, id := range list {
		if err := s.forget(ctx, tx, id, nobody); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) forget(ctx context.Context, tx *store.Tx, id, nobody string) error {
	for _, of := range []string{thread(id), senderThread(id)} {
		if _, err := s.Notify.Forget(ctx, tx, of, maxDocuments); err != nil {
			return fmt.Errorf("neighbours: forget the messages: %w", err)
		}
	}
	recipients, err := store.All(ctx, tx, store.Value[string], `select id from neighbours_recipients where tenant_id = $1 and notice_id = $2 order by id limit `+strconv.Itoa(maxRecipients), tx.Tenant, id)
	if err != nil {
		return fmt.Errorf("neighbours: of a notice: %w", err)
	}
	for _, one := range recipients {
		cipher, err := s.seal(ctx, tx, one, About{Name: "–"})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update neighbours_recipients set person_id = '', owner_id = '', code_digest = '', message_id = '', posting = '', documents = '[]',
			properties = '', content_cipher = $3 where tenant_id = $1 and id = $2`, tx.Tenant, one, cipher)
		if err != nil {
			return fmt.Errorf("neighbours: forget a recipient: %w", err)
		}
	}
	cipher, err := s.seal(ctx, tx, id, Texts{SenderName: "–"})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update neighbours_notices set sender_id = $3, draft_id = '', properties = '', begun_for = '', documents = '[]', content_cipher = $4
		where tenant_id = $1 and id = $2`, tx.Tenant, id, nobody, cipher)
	if err != nil {
		return fmt.Errorf("neighbours: forget a notice: %w", err)
	}
	return nil
}

// Copy is what is kept about a person in a notice, for the copy of her data.
type Copy struct {
	ID        string          `json:"-"`
	Role      string          `json:"role"` // sender or neighbour
	Property  string          `json:"property"`
	Sent      string          `json:"sent_on,omitempty"`
	Until     string          `json:"until,omitempty"`
	Works     string          `json:"works,omitempty"`
	Yours     string          `json:"your_property,omitempty"`
	Answer    string          `json:"answer,omitempty"`
	Text      string          `json:"answer_text,omitempty"`
	Comment   string          `json:"comment,omitempty"`
	Documents []blob.Document `json:"-"`
}

// CopyOf returns a page of what is kept about a person, after an id, in order: what
// she has sent herself, and what she was notified of, with her answers. Who else was
// notified is theirs. The caller has asked access; the tenant's keys must be in
// memory.
func (s *Service) CopyOf(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]Copy, error) {
	ids, err := store.All(ctx, tx, store.Value[string], `select id from neighbours_notices where tenant_id = $1 and id > $3
			and (sender_id = $2 or id in (select notice_id from neighbours_recipients where tenant_id = $1 and person_id = $2))
		order by id limit $4`, tx.Tenant, person, after, limit)
	if err != nil {
		return nil, fmt.Errorf("neighbours: of a person: %w", err)
	}
	var all []Copy
	for _, id := range ids {
		n, err := s.load(ctx, tx, id, false)
		if errs.Is(err, errs.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list, err := s.recipients(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		one, err := s.copyOf(ctx, tx, n, list, person)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (s *Service) copyOf(ctx context.Context, tx *store.Tx, n Notice, list []Recipient, person string) (c Copy, err error) {
	c = Copy{ID: n.ID, Role: "sender", Property: n.Property(), Works: n.Texts.Description, Until: n.Until.String()}
	if !n.SentAt.IsZero() {
		c.Sent = n.SentAt.UTC().Format("2006-01-02")
	}
	documents := n.Documents
	if n.Sender != person {
		c.Role = "neighbour"
		documents = nil
	}
	for _, r := range list {
		if r.PersonID == person {
			c.Yours, c.Answer, c.Text, c.Comment, c.Until = r.Property(), string(r.Answer), r.About.Text, r.About.Comment, r.Until.String()
			documents = append(documents, r.Documents...)
		}
	}
	c.Documents, err = s.documents(ctx, tx, documents)
	return c, err
}

// Running reports whether a neighbour's deadline in a case has not run out on a day:
// then nothing of the case may be erased.
func (s *Service) Running(ctx context.Context, tx *store.Tx, caseID string, today clock.Date) (bool, error) {
	list, err := s.ofCase(ctx, tx, caseID)
	if err != nil {
		return false, err
	}
	for _, n := range list {
		recipients, err := s.recipients(ctx, tx, n.ID)
		if err != nil {
			return false, err
		}
		lines, err := s.lines(ctx, tx, n, recipients)
		if err != nil {
			return false, err
		}
		if n.running(lines, today) {
			return true, nil
		}
	}
	return false, nil
}

// running reports whether somebody's deadline has not run out. Of a message that is
// still not sent a year later, nothing more is awaited.
func (n Notice) running(list []Line, today clock.Date) bool {
	awaited := clock.DateIn(n.SentAt).AddYears(1).After(today)
	for _, l := range list {
		if l.Until.IsZero() && l.Way == ByTorg && l.Answer == "" && n.State == Sent && awaited || !l.Until.IsZero() && !l.Until.Before(today) {
			return true
		}
		if !l.Common.IsZero() && !l.Common.Before(today) {
			return true
		}
	}
	return false
}
