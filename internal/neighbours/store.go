package neighbours

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/store"
)

const purpose = "neighbours"

const columns = `id, sender_id, draft_id, case_id, department_id, restricted, properties, state, exemption, documents, content_cipher,
	listed_at, sent_at, until_on, created_at, updated_at, version`

type row struct {
	Notice
	properties                     string
	documents                      store.JSON
	cipher                         []byte
	listed, sent, created, updated store.Time
}

func (r *row) fields() []any {
	n := &r.Notice
	return []any{
		&n.ID, &n.Sender, &n.DraftID, &n.CaseID, &n.Department, &n.Restricted, &r.properties, (*string)(&n.State), (*string)(&n.Exemption),
		&r.documents, &r.cipher, &r.listed, &r.sent, &n.Until, &r.created, &r.updated, &n.Version,
	}
}

// notice decrypts a row.
func (s *Service) notice(ctx context.Context, tx *store.Tx, r row) (Notice, error) {
	n := r.Notice
	n.Properties = strings.Fields(r.properties)
	n.ListedAt, n.SentAt, n.CreatedAt, n.UpdatedAt = r.listed.Time, r.sent.Time, r.created.Time, r.updated.Time
	if err := json.Unmarshal(r.documents, &n.Documents); err != nil {
		return Notice{}, fmt.Errorf("neighbours: documents: %w", err)
	}
	return n, s.open(ctx, tx, n.ID, r.cipher, &n.Texts)
}

// open decrypts what belongs to an id.
func (s *Service) open(ctx context.Context, tx *store.Tx, id string, cipher []byte, into any) error {
	plain, err := s.Keys.Decrypt(ctx, tx.Tenant, purpose, cipher, []byte(id))
	if err != nil {
		return fmt.Errorf("neighbours: decrypt: %w", err)
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("neighbours: read texts: %w", err)
	}
	return nil
}

// seal encrypts what belongs to an id.
func (s *Service) seal(ctx context.Context, tx *store.Tx, id string, of any) ([]byte, error) {
	plain, err := json.Marshal(of)
	if err != nil {
		return nil, fmt.Errorf("neighbours: write texts: %w", err)
	}
	cipher, err := s.Keys.Encrypt(ctx, tx.Tenant, purpose, plain, []byte(id))
	if err != nil {
		return nil, fmt.Errorf("neighbours: encrypt: %w", err)
	}
	return cipher, nil
}

func listJSON(list []string) (store.JSON, error) {
	text, err := json.Marshal(append([]string{}, list...))
	if err != nil {
		return nil, fmt.Errorf("neighbours: documents: %w", err)
	}
	return text, nil
}

// begunFor is what tells one notice that is begun from another of the same developer,
// where no application does: the properties.
func (n Notice) begunFor() string {
	if n.DraftID != "" {
		return ""
	}
	return strings.Join(n.Properties, " ")
}

func (s *Service) insert(ctx context.Context, tx *store.Tx, n Notice) error {
	cipher, err := s.seal(ctx, tx, n.ID, n.Texts)
	if err != nil {
		return err
	}
	documents, err := listJSON(n.Documents)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into neighbours_notices (tenant_id, id, sender_id, draft_id, department_id, restricted, properties, state, documents,
			content_cipher, listed_at, created_at, updated_at, version, begun_for)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11, 1, $12)`,
		tx.Tenant, n.ID, n.Sender, n.DraftID, n.Department, n.Restricted, strings.Join(n.Properties, " "), string(n.State), documents, cipher, tx.Now, n.begunFor())
	if store.IsUnique(err) {
		return errs.Conflict("neighbours.begun_already").Because(err)
	}
	if err != nil {
		return fmt.Errorf("neighbours: insert: %w", err)
	}
	return nil
}

// save writes a notice over the version that was read.
func (s *Service) save(ctx context.Context, tx *store.Tx, n *Notice) error {
	cipher, err := s.seal(ctx, tx, n.ID, n.Texts)
	if err != nil {
		return err
	}
	documents, err := listJSON(n.Documents)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, `update neighbours_notices set draft_id = $4, case_id = $5, state = $6, exemption = $7, documents = $8, content_cipher = $9,
			listed_at = $10, sent_at = $11, until_on = $12, updated_at = $13, version = version + 1
		where tenant_id = $1 and id = $2 and version = $3`,
		tx.Tenant, n.ID, n.Version, n.DraftID, n.CaseID, string(n.State), string(n.Exemption), documents, cipher,
		store.At(n.ListedAt), store.At(n.SentAt), n.Until, tx.Now)
	if err != nil {
		return fmt.Errorf("neighbours: save: %w", err)
	}
	if changed == 0 {
		return errs.Conflict("errs.conflict")
	}
	n.Version++
	n.UpdatedAt = tx.Now.Time
	return nil
}

// load reads a notice, locked for the change that follows when the database has locks.
func (s *Service) load(ctx context.Context, tx *store.Tx, id string, lock bool) (Notice, error) {
	query := `select ` + columns + ` from neighbours_notices where tenant_id = $1 and id = $2`
	if lock {
		query += tx.ForUpdate(false)
	}
	r, err := store.One(ctx, tx, (*row).fields, query, tx.Tenant, id)
	if errors.Is(err, store.ErrNoRows) {
		return Notice{}, errs.NotFound("errs.not_found")
	}
	if err != nil {
		return Notice{}, fmt.Errorf("neighbours: read: %w", err)
	}
	return s.notice(ctx, tx, r)
}

// hold lets nobody else change a notice, or reckon with it, until the transaction is over.
func hold(ctx context.Context, tx *store.Tx, id string) error {
	_, err := store.One(ctx, tx, store.Value[string], `select id from neighbours_notices where tenant_id = $1 and id = $2`+tx.ForUpdate(false), tx.Tenant, id)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return fmt.Errorf("neighbours: hold a notice: %w", err)
	}
	return nil
}

// find reads notices by a condition, the newest first.
func (s *Service) find(ctx context.Context, tx *store.Tx, condition string, args ...any) ([]Notice, error) {
	rows, err := store.All(ctx, tx, (*row).fields, `select `+columns+` from neighbours_notices where tenant_id = $1 and `+condition+`
		order by id desc limit 100`, append([]any{tx.Tenant}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("neighbours: list: %w", err)
	}
	list := make([]Notice, 0, len(rows))
	for _, r := range rows {
		n, err := s.notice(ctx, tx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

func (s *Service) ofDraft(ctx context.Context, tx *store.Tx, draft string) ([]Notice, error) {
	return s.find(ctx, tx, `draft_id = $2`, draft)
}

func (s *Service) ofCase(ctx context.Context, tx *store.Tx, caseID string) ([]Notice, error) {
	return s.find(ctx, tx, `case_id = $2`, caseID)
}

func (s *Service) ofSender(ctx context.Context, tx *store.Tx, person string) ([]Notice, error) {
	return s.find(ctx, tx, `sender_id = $2`, person)
}

// scoped reads those that the actor may read, for the staff's list: those whose
// exemption waits for an answer, or those that are sent or exempted.
func (s *Service) scoped(ctx context.Context, tx *store.Tx, scope access.Scope, asked bool, property string) ([]Notice, error) {
	where, args := scope.Where(access.ScopeColumns{Department: "department_id", Owner: "sender_id", Restricted: "restricted"}, 4)
	condition := `state <> 'draft' and exemption <> $2`
	if asked {
		condition = `exemption = $2`
	}
	condition += ` and ($3 = '' or ' ' || properties || ' ' like '% ' || $3 || ' %') and `
	return s.find(ctx, tx, condition+where, append([]any{string(Asked), property}, args...)...)
}
