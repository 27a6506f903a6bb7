package forms

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

// maxDrafts bounds the list of one person's drafts.
const maxDrafts = 100

type definitionRow struct {
	Key     string
	Version int64
	Digest  string
	Origin  string
}

func insertDefinition(ctx context.Context, tx *store.Tx, d *Definition, origin string) error {
	_, err := tx.Exec(ctx, `insert into forms_definitions (tenant_id, key, version, digest, body, published_at, origin)
		values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
		tx.Tenant, d.Key, d.Version, d.digest, store.JSON(d.body), tx.Now, origin)
	if err != nil {
		return fmt.Errorf("forms: publish %q: %w", d.Key, err)
	}
	return nil
}

// findDefinition finds one version, or the newest when version is 0.
func findDefinition(ctx context.Context, tx *store.Tx, key string, version int64) (definitionRow, error) {
	row, err := store.Recall(tx, "forms_definitions", key+" "+strconv.FormatInt(version, 10), func() (definitionRow, error) {
		return store.One(ctx, tx, func(r *definitionRow) []any { return []any{&r.Key, &r.Version, &r.Digest, &r.Origin} },
			`select key, version, digest, origin from forms_definitions
			where tenant_id = $1 and key = $2 and (version = $3 or $3 = 0)
			order by version desc limit 1`, tx.Tenant, key, version)
	})
	if err != nil {
		return row, missing(err, "forms.not_found", "find definition")
	}
	return row, nil
}

func definitionBody(ctx context.Context, tx *store.Tx, row definitionRow) ([]byte, error) {
	body, err := store.One(ctx, tx, store.Value[store.JSON],
		`select body from forms_definitions where tenant_id = $1 and key = $2 and version = $3`,
		tx.Tenant, row.Key, row.Version)
	if err != nil {
		return nil, missing(err, "forms.not_found", "read definition")
	}
	return body, nil
}

// missing turns "no row" into words for the person.
func missing(err error, key, doing string) error {
	if errors.Is(err, store.ErrNoRows) {
		return errs.NotFound(key)
	}
	return fmt.Errorf("forms: %s: %w", doing, err)
}

type draftRow struct {
	DraftInfo
	sealed      []byte
	submitted   store.Time
	submission  *string
	created     store.Time
	updated     store.Time
	expires     store.Time
	liveVersion int64
}

const draftColumns = `select id, form_key, form_version, person_id, subject_id, answers_cipher, page, lang, version,
	created_at, updated_at, expires_at, submitted_at, submission_id,
	(select max(d.version) from forms_definitions d where d.tenant_id = forms_drafts.tenant_id and d.key = form_key)
	from forms_drafts where tenant_id = $1 `

func scanDraft(r *draftRow) []any {
	return []any{
		&r.ID, &r.Form, &r.FormVersion, &r.Person, &r.Subject, &r.sealed, &r.Page, &r.Lang, &r.Version,
		&r.created, &r.updated, &r.expires, &r.submitted, &r.submission, &r.liveVersion,
	}
}

func (r *draftRow) info() DraftInfo {
	info := r.DraftInfo
	info.CreatedAt, info.UpdatedAt = r.created.Time, r.updated.Time
	info.ExpiresAt, info.SubmittedAt = r.expires.Time, r.submitted.Time
	info.Outdated = r.liveVersion > r.FormVersion
	if r.submission != nil {
		info.Submission = *r.submission
	}
	return info
}

// findDraft reads a draft that has not run out; lock keeps others from
// changing it until the transaction ends.
func findDraft(ctx context.Context, tx *store.Tx, id string, lock bool) (draftRow, error) {
	query := draftColumns + `and id = $2 and (expires_at > $3 or submitted_at is not null)`
	if lock {
		query += tx.ForUpdate(false)
	}
	row, err := store.One(ctx, tx, scanDraft, query, tx.Tenant, id, tx.Now)
	if err != nil {
		return row, missing(err, "forms.draft_not_found", "find draft")
	}
	return row, nil
}

func findLiveDraft(ctx context.Context, tx *store.Tx, form, person, subject string) (draftRow, error) {
	row, err := store.One(ctx, tx, scanDraft, draftColumns+`and form_key = $2 and person_id = $3 and subject_id = $4
		and submitted_at is null and expires_at > $5`, tx.Tenant, form, person, subject, tx.Now)
	if err != nil {
		return row, missing(err, "forms.draft_not_found", "find live draft")
	}
	return row, nil
}

func listDrafts(ctx context.Context, tx *store.Tx, person string) ([]draftRow, error) {
	rows, err := store.All(ctx, tx, scanDraft, draftColumns+`and person_id = $2 and submitted_at is null
		and expires_at > $3 order by updated_at desc, id limit $4`, tx.Tenant, person, tx.Now, maxDrafts)
	if err != nil {
		return nil, fmt.Errorf("forms: list drafts: %w", err)
	}
	return rows, nil
}

// listDraftsAfter reads them in order of id, for who reads all.
func listDraftsAfter(ctx context.Context, tx *store.Tx, person, after string, limit int) ([]draftRow, error) {
	rows, err := store.All(ctx, tx, scanDraft, draftColumns+`and person_id = $2 and submitted_at is null
		and expires_at > $3 and id > $4 order by id limit $5`, tx.Tenant, person, tx.Now, after, limit)
	if err != nil {
		return nil, fmt.Errorf("forms: list drafts after one: %w", err)
	}
	return rows, nil
}

// insertDraft reports whether the draft was inserted; somebody may have been first.
func insertDraft(ctx context.Context, tx *store.Tx, d DraftInfo, sealed []byte) (bool, error) {
	n, err := tx.Exec(ctx, `insert into forms_drafts (tenant_id, id, form_key, form_version, person_id, subject_id,
		answers_cipher, page, lang, version, created_at, updated_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
		tx.Tenant, d.ID, d.Form, d.FormVersion, d.Person, d.Subject, sealed, d.Page, string(d.Lang), d.Version,
		store.At(d.CreatedAt), store.At(d.UpdatedAt), store.At(d.ExpiresAt))
	if err != nil {
		return false, fmt.Errorf("forms: start draft: %w", err)
	}
	return n == 1, nil
}

func updateDraft(ctx context.Context, tx *store.Tx, d DraftInfo, sealed []byte) error {
	var submission *string
	if d.Submission != "" {
		submission = &d.Submission
	}
	n, err := tx.Exec(ctx, `update forms_drafts set answers_cipher = $3, page = $4, lang = $5, version = $6,
		updated_at = $7, expires_at = $8, submitted_at = $9, submission_id = $10
		where tenant_id = $1 and id = $2 and version = $6 - 1 and submitted_at is null`,
		tx.Tenant, d.ID, sealed, d.Page, string(d.Lang), d.Version,
		store.At(d.UpdatedAt), store.At(d.ExpiresAt), store.At(d.SubmittedAt), submission)
	if err != nil {
		return fmt.Errorf("forms: save draft: %w", err)
	}
	if n != 1 {
		return errs.Conflict("forms.conflict")
	}
	return nil
}

func deleteDraft(ctx context.Context, tx *store.Tx, id string) (int64, error) {
	n, err := tx.Exec(ctx, `delete from forms_drafts where tenant_id = $1 and id = $2 and submitted_at is null`,
		tx.Tenant, id)
	if err != nil {
		return 0, fmt.Errorf("forms: delete draft: %w", err)
	}
	return n, nil
}

func expiredDrafts(ctx context.Context, tx *store.Tx, limit int) ([]string, error) {
	list, err := store.All(ctx, tx, store.Value[string], `select id from forms_drafts
		where tenant_id = $1 and submitted_at is null and expires_at <= $2 order by expires_at, id limit $3`, tx.Tenant, tx.Now, limit)
	if err != nil {
		return nil, fmt.Errorf("forms: list drafts that ran out: %w", err)
	}
	return list, nil
}

// clearExpired makes room for a new draft where one has run out.
func clearExpired(ctx context.Context, tx *store.Tx, start Start) error {
	_, err := tx.Exec(ctx, `delete from forms_drafts where tenant_id = $1 and form_key = $2 and person_id = $3
		and subject_id = $4 and submitted_at is null and expires_at <= $5`,
		tx.Tenant, start.Form, start.Person, start.Subject, tx.Now)
	if err != nil {
		return fmt.Errorf("forms: delete draft that ran out: %w", err)
	}
	return nil
}

func moveDraft(ctx context.Context, tx *store.Tx, id string, version int64) error {
	_, err := tx.Exec(ctx, `update forms_drafts set form_version = $3 where tenant_id = $1 and id = $2`,
		tx.Tenant, id, version)
	if err != nil {
		return fmt.Errorf("forms: move draft: %w", err)
	}
	return nil
}
