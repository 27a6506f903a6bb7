package forms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
)

// DraftInfo is what is known of a draft without reading the answers.
type DraftInfo struct {
	ID          string
	Form        string // key
	FormVersion int64  // the version it stays on
	Person      string // who writes
	Subject     string // about whom
	Page        string // the page to continue on
	Lang        i18n.Lang
	Version     int64 // counts the saves
	CreatedAt   time.Time
	UpdatedAt   time.Time
	ExpiresAt   time.Time
	SubmittedAt time.Time // zero while it is a draft
	Submission  string
	Outdated    bool // a newer version of the form is live
}

// Draft is a form being filled in.
type Draft struct {
	DraftInfo
	Answers Answers
	Facts   map[string]any
	touched map[string]int64 // the draft's version when a page was last changed
}

// content is what is encrypted.
type content struct {
	Answers Answers          `json:"answers"`
	Facts   map[string]any   `json:"facts,omitempty"`
	Touched map[string]int64 `json:"touched,omitempty"`
}

// Start says which form is begun, by whom, and about whom.
type Start struct {
	Form    string
	Person  string
	Subject string         // the person who writes when empty
	Facts   map[string]any // what is known, by the ids of the definition's facts; a date may be a clock.Date
}

// StartDraft begins a draft of the live version, or returns the one that is
// there: a person has one live draft for each form and subject. Facts of an
// existing draft are brought up to date.
func (s *Service) StartDraft(ctx context.Context, tx *store.Tx, start Start) (Draft, error) {
	def, err := s.Live(ctx, tx, start.Form)
	if err != nil {
		return Draft{}, err
	}
	if start.Person == "" || def.Subject == SubjectChild && start.Subject == "" {
		return Draft{}, fmt.Errorf("forms: start %q: person or subject missing", start.Form)
	}
	if start.Subject == "" {
		start.Subject = start.Person
	}
	if start.Facts, err = def.knowing(start.Facts); err != nil {
		return Draft{}, err
	}
	if err := clearExpired(ctx, tx, start); err != nil {
		return Draft{}, err
	}
	at := tx.Now.Time
	draft := Draft{DraftInfo: DraftInfo{
		ID: ids.New(), Form: def.Key, FormVersion: def.Version, Person: start.Person, Subject: start.Subject,
		Page: def.Pages[0].ID, Lang: i18n.LangOf(ctx), Version: 1,
		CreatedAt: at, UpdatedAt: at, ExpiresAt: at.Add(s.keep),
	}, Facts: start.Facts}
	sealed, err := s.seal(ctx, tx, draft)
	if err != nil {
		return Draft{}, err
	}
	if fresh, err := insertDraft(ctx, tx, draft.DraftInfo, sealed); err != nil || fresh {
		return draft, err
	}
	return s.resume(ctx, tx, start)
}

// resume opens the live draft. The facts may have changed since it was begun.
func (s *Service) resume(ctx context.Context, tx *store.Tx, start Start) (Draft, error) {
	row, err := findLiveDraft(ctx, tx, start.Form, start.Person, start.Subject)
	if err != nil {
		return Draft{}, err
	}
	draft, err := s.open(ctx, tx, row)
	if err != nil || start.Facts == nil || equalObjects(draft.Facts, start.Facts) {
		return draft, err
	}
	draft.Facts = start.Facts
	return s.save(ctx, tx, draft)
}

// Draft returns a draft with its answers, also one that was submitted, whose
// answers are then with the submission.
func (s *Service) Draft(ctx context.Context, tx *store.Tx, id string) (Draft, error) {
	return s.find(ctx, tx, id, false)
}

func (s *Service) find(ctx context.Context, tx *store.Tx, id string, lock bool) (Draft, error) {
	if !ids.Valid(id) {
		return Draft{}, errs.NotFound("forms.draft_not_found")
	}
	row, err := findDraft(ctx, tx, id, lock)
	if err != nil {
		return Draft{}, err
	}
	return s.open(ctx, tx, row)
}

// Drafts lists what a person has begun and not sent, newest first.
func (s *Service) Drafts(ctx context.Context, tx *store.Tx, person string) ([]DraftInfo, error) {
	rows, err := listDrafts(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	infos := make([]DraftInfo, len(rows))
	for i := range rows {
		infos[i] = rows[i].info()
	}
	return infos, nil
}

// DraftsAfter is Drafts in order of id, after one: at most limit, of which a caller who
// asks again and again gets all.
func (s *Service) DraftsAfter(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]DraftInfo, error) {
	rows, err := listDraftsAfter(ctx, tx, person, after, limit)
	if err != nil {
		return nil, err
	}
	infos := make([]DraftInfo, len(rows))
	for i := range rows {
		infos[i] = rows[i].info()
	}
	return infos, nil
}

// DeleteDraft deletes a draft that was not submitted.
func (s *Service) DeleteDraft(ctx context.Context, tx *store.Tx, id string) error {
	n, err := deleteDraft(ctx, tx, id)
	if err == nil && n == 0 {
		err = errs.NotFound("forms.draft_not_found")
	}
	return err
}

// Expired returns up to limit drafts of the tenant that have run out, the oldest
// first, for a caller who has more of theirs to delete.
func (s *Service) Expired(ctx context.Context, tx *store.Tx, limit int) ([]string, error) {
	return expiredDrafts(ctx, tx, limit)
}

// save writes a changed draft as its next version.
func (s *Service) save(ctx context.Context, tx *store.Tx, draft Draft) (Draft, error) {
	draft.Version++
	draft.UpdatedAt = tx.Now.Time
	draft.ExpiresAt = tx.Now.Add(s.keep)
	draft.Lang = i18n.LangOf(ctx)
	sealed, err := s.seal(ctx, tx, draft)
	if err != nil {
		return Draft{}, err
	}
	return draft, updateDraft(ctx, tx, draft.DraftInfo, sealed)
}

func (s *Service) seal(ctx context.Context, tx *store.Tx, d Draft) ([]byte, error) {
	return s.encrypt(ctx, tx, "forms_drafts", d.ID, content{Answers: d.Answers, Facts: d.Facts, Touched: d.touched})
}

func (s *Service) open(ctx context.Context, tx *store.Tx, row draftRow) (Draft, error) {
	draft := Draft{DraftInfo: row.info()}
	c, err := s.decrypt(ctx, tx, "forms_drafts", row.ID, row.sealed)
	if err != nil {
		return Draft{}, err
	}
	draft.Answers, draft.Facts, draft.touched = c.Answers.clone(), c.Facts, c.Touched
	return draft, nil
}

func (s *Service) encrypt(ctx context.Context, tx *store.Tx, table, id string, c content) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("forms: write answers: %w", err)
	}
	if len(plain) > maxAnswers {
		return nil, errs.TooLarge("forms.too_large")
	}
	sealed, err := s.keys.Encrypt(ctx, tx.Tenant, "forms", plain, aad(table, id))
	if err != nil {
		return nil, fmt.Errorf("forms: encrypt answers: %w", err)
	}
	return sealed, nil
}

func (s *Service) decrypt(ctx context.Context, tx *store.Tx, table, id string, sealed []byte) (content, error) {
	var c content
	plain, err := s.keys.Decrypt(ctx, tx.Tenant, "forms", sealed, aad(table, id))
	if err != nil {
		return c, fmt.Errorf("forms: decrypt answers: %w", err)
	}
	if err := json.Unmarshal(plain, &c); err != nil {
		return c, errors.Join(errors.New("forms: stored answers cannot be read"), err)
	}
	return c, nil
}

// aad binds a ciphertext to its row, so that it means nothing in another.
func aad(table, id string) []byte { return []byte(table + "/" + id) }
