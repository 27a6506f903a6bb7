package command

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/audit"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// auditVerify verifies the logs of all municipalities, or of one, also against
// heads that were kept outside the database.
func auditVerify(c *call) error {
	name := c.flags.String("tenant", "", c.words.T("app.flag.tenant"))
	file := c.flags.String("heads", "", c.words.T("app.flag.heads"))
	if err := c.parse(); err != nil {
		return err
	}
	heads, err := readHeads(*file)
	if err != nil {
		return err
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	reports, err := c.verify(a, *name, heads)
	if err = errors.Join(err, a.Stop(c.ctx)); err != nil {
		return err
	}
	return c.tell(reports)
}

func readHeads(path string) (heads []audit.Head, err error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("command: heads: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return audit.ReadHeads(f)
}

func (c *call) verify(a *app.App, name string, heads []audit.Head) ([]app.TenantReport, error) {
	tenants := a.Directory.All()
	if name != "" {
		t, ok := a.Directory.BySlugOrNumber(name)
		if !ok {
			return nil, errs.NotFound("app.tenant.unknown", "name", name)
		}
		tenants = []tenant.Tenant{t}
	}
	return a.VerifyAudit(c.ctx, tenants, heads...)
}

// tell says what was found in each log, and fails when anything is wrong.
func (c *call) tell(reports []app.TenantReport) error {
	wrong := 0
	for _, r := range reports {
		args := []any{"name", r.Tenant.Slug, "entries", r.Entries, "sealed", r.Sealed, "heads", r.Heads, "erased", r.Erased}
		if r.OK() {
			c.say(c.words.T("app.audit.good", args...))
			continue
		}
		wrong++
		c.say(c.words.T("app.audit.bad", append(args, "problems", len(r.Problems))...))
		for _, p := range r.Problems {
			c.say(fmt.Sprintf("  %d %s: %s", p.Seq, p.EntryID, c.words.T(p.Kind.Describe())))
		}
		if r.More {
			c.say("  " + c.words.T("app.audit.more"))
		}
	}
	if wrong > 0 {
		return errs.Conflict("app.audit.wrong", "count", wrong)
	}
	return nil
}

// auditHeads writes the signed heads, for keeping outside the installation.
func auditHeads(c *call) error {
	path := c.flags.String("out", "", c.words.T("app.flag.out"))
	if err := c.parse(); err != nil {
		return err
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	if *path == "" {
		return errors.Join(a.ExportHeads(c.ctx, c.env.Stdout), a.Stop(c.ctx))
	}
	err = writeNew(*path, func(w io.Writer) error { return a.ExportHeads(c.ctx, w) })
	return errors.Join(err, a.Stop(c.ctx))
}

// writeNew writes a file that must not exist yet, or none.
func writeNew(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if errors.Is(err, os.ErrExist) {
		return errs.Conflict("app.backup.exists", "path", path)
	}
	if err != nil {
		return fmt.Errorf("command: write file: %w", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
