package forms

import (
	"context"
	"fmt"

	"github.com/torg-no/torg/internal/platform/store"
)

const (
	// maxVersions bounds the list of a tenant's versions.
	maxVersions = 1000
	// maxEvery bounds the list of all municipalities' versions.
	maxEvery = 1_000_000
	// draftBatch is how many drafts are replayed at a time.
	draftBatch = 200
)

func listVersions(ctx context.Context, tx *store.Tx) ([]Version, error) {
	list, err := store.All(ctx, tx, func(v *Version) []any { return []any{&v.Key, &v.Version, &v.Digest, &v.Origin, &v.Drafts} },
		`select key, version, digest, origin,
			(select count(*) from forms_drafts d where d.tenant_id = forms_definitions.tenant_id and d.form_key = forms_definitions.key
				and d.form_version = forms_definitions.version and d.submitted_at is null and d.expires_at > $2)
		from forms_definitions where tenant_id = $1 order by key, version desc limit $3`, tx.Tenant, tx.Now, maxVersions)
	if err != nil {
		return nil, fmt.Errorf("forms: list versions: %w", err)
	}
	return list, nil
}

// tenantVersion is a version that a municipality has.
type tenantVersion struct {
	Tenant, Key string
	Version     int64
	Digest      string
}

// everyVersion reads what every municipality has, in a platform transaction. One
// with a version of its own counts as having whatever a release brings.
func everyVersion(ctx context.Context, tx *store.Tx) (map[tenantVersion]bool, error) {
	list, err := store.All(ctx, tx, func(v *tenantVersion) []any { return []any{&v.Tenant, &v.Key, &v.Version, &v.Digest} },
		`select tenant_id, key, version, digest from forms_definitions order by tenant_id, key, version limit $1`, maxEvery)
	if err != nil {
		return nil, fmt.Errorf("forms: versions of all municipalities: %w", err)
	}
	have := make(map[tenantVersion]bool, len(list))
	for _, v := range list {
		have[v] = true
	}
	return have, nil
}

// openDrafts reads drafts of a form that were not sent, after the one named, in
// the order of their ids.
func openDrafts(ctx context.Context, tx *store.Tx, form, after string) ([]draftRow, error) {
	rows, err := store.All(ctx, tx, scanDraft, draftColumns+`and form_key = $2 and id > $3 and submitted_at is null
		order by id limit $4`, tx.Tenant, form, after, draftBatch)
	if err != nil {
		return nil, fmt.Errorf("forms: drafts to replay: %w", err)
	}
	return rows, nil
}
