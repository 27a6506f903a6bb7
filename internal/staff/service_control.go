package staff

import (
	"context"

	"github.com/torg-no/torg/internal/platform/access"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/ids"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Permissions returns each permission there is and who has it, for everybody
// who holds a role.
func (s *Service) Permissions(ctx context.Context) (access.Matrix, error) {
	if err := s.in(ctx, access.PermissionList, ""); err != nil {
		return access.Matrix{}, err
	}
	return s.access.Matrix(ctx)
}

// LogPage is a part of the log, newest first.
type LogPage struct {
	Entries []audit.LookEntry
	Older   string // id that the next part begins before, "" at the log's end
	// Departments tells the names of the departments that the entries speak of.
	Departments []tenant.Department
	// Permissions tells by message key what a refused permission would have let one do.
	Permissions map[string]string
}

const logLength = 50

// Log returns what was done in the municipality, for the auditor, beginning
// before an entry or at the end.
func (s *Service) Log(ctx context.Context, before string) (LogPage, error) {
	if err := s.in(ctx, access.AuditRead, ""); err != nil {
		return LogPage{}, err
	}
	if before != "" && !ids.Valid(before) {
		return LogPage{}, errs.NotFound("errs.not_found")
	}
	entries, err := s.audit.Latest(ctx, before, logLength+1)
	if err != nil {
		return LogPage{}, err
	}
	page := LogPage{Entries: entries, Permissions: map[string]string{}}
	for _, p := range s.access.Permissions() {
		page.Permissions[string(p.Name)] = p.Describe
	}
	if len(entries) > logLength {
		page.Entries = entries[:logLength]
		page.Older = page.Entries[logLength-1].ID
	}
	page.Departments, err = s.departments(ctx)
	return page, err
}

// VerifyLog reads the whole log and reports whether it is as it was sealed.
func (s *Service) VerifyLog(ctx context.Context) (audit.Report, error) {
	if err := s.in(ctx, access.AuditVerify, ""); err != nil {
		return audit.Report{}, err
	}
	return s.audit.Verify(ctx)
}

// Color returns the municipality's colour, for whoever may change it.
func (s *Service) Color(ctx context.Context) (string, error) {
	if err := s.mayColor(ctx); err != nil {
		return "", err
	}
	return tenant.From(ctx).Color, nil
}

func (s *Service) mayColor(ctx context.Context) error {
	return s.access.Check(ctx, access.TenantTheme, access.Resource{Type: "tenant", ID: store.TenantOf(ctx)})
}

// Preview reads a colour and tells what it looks like, without keeping it.
func (s *Service) Preview(ctx context.Context, color string) (Look, error) {
	if err := s.mayColor(ctx); err != nil {
		return Look{}, err
	}
	return newLook(color)
}

// SetColor gives the municipality's pages a colour.
func (s *Service) SetColor(ctx context.Context, color string) error {
	if err := s.mayColor(ctx); err != nil {
		return err
	}
	l, err := newLook(color)
	if err != nil {
		return err
	}
	if err := s.tenants.SetColor(ctx, l.Color); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return audit.Record(ctx, tx, audit.Event{
			Action: "staff.color_set", Object: audit.Ref{Type: "tenant", ID: tx.Tenant}, Details: map[string]string{"color": l.Color},
		})
	})
}
