package notify

import (
	"context"

	"github.com/torg-no/torg/internal/platform/store"
)

// PreferencesIn returns how a person wants to be told of what, for the copy of her
// own data; nothing of what she has not chosen. The caller has asked access.
func (*Service) PreferencesIn(ctx context.Context, tx *store.Tx, person string) (Preferences, error) {
	return preferences(ctx, tx, person)
}
