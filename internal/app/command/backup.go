package command

import (
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"filippo.io/age"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
)

// recipients gathers --recipient flags.
type recipients []string

// String implements flag.Value.
func (r *recipients) String() string { return strings.Join(*r, ",") }

// Set implements flag.Value.
func (r *recipients) Set(v string) error {
	*r = append(*r, v)
	return nil
}

// progress says how far the work has come, on standard error.
func (c *call) progress(key string, args ...any) { say(c.env.Stderr, c.words.T(key, args...)) }

// untilInterrupted lets Ctrl-C end the work, so that it can clear up.
func (c *call) untilInterrupted() (stop func()) {
	c.ctx, stop = signal.NotifyContext(c.ctx, syscall.SIGINT, syscall.SIGTERM)
	return stop
}

// backup writes everything but the installation key into one encrypted file.
func backup(c *call) error {
	var keys recipients
	to := c.flags.String("to", "", c.words.T("app.flag.to"))
	c.flags.Var(&keys, "recipient", c.words.T("app.flag.recipient"))
	passphrase := c.flags.String("passphrase-file", "", c.words.T("app.flag.passphrase"))
	if err := c.parse(); err != nil {
		return err
	}
	if *to == "" || len(c.args) > 0 || (len(keys) == 0) == (*passphrase == "") {
		c.flags.Usage()
		return errUsage
	}
	sealTo, err := sealTo(keys, *passphrase)
	if err != nil {
		return err
	}
	defer c.untilInterrupted()()
	config, err := c.read()
	if err != nil {
		return err
	}
	if err := app.BackupReady(c.ctx, config); err != nil {
		return err
	}
	a, err := c.open()
	if err != nil {
		return err
	}
	m, err := a.BackupTo(c.ctx, *to, c.progress, sealTo...)
	if err = errors.Join(err, a.Stop(c.ctx)); err != nil {
		return err
	}
	c.say(c.words.T("app.backup.done", "path", *to, "rows", m.Rows(), "documents", m.Documents.Count))
	c.say(c.words.T("app.backup.key", "path", config.Get("TORG_KEY_FILE")))
	return c.lacking(m)
}

func sealTo(keys []string, passphrase string) ([]age.Recipient, error) {
	if passphrase == "" {
		return app.Recipients(keys...)
	}
	r, err := app.PassphraseRecipient(passphrase)
	return []age.Recipient{r}, err
}

// lacking tells which documents are not in the backup, and fails, so that a
// nightly run is noticed.
func (c *call) lacking(m app.BackupManifest) error {
	if m.MissingCount == 0 {
		return nil
	}
	for _, name := range m.Missing {
		say(c.env.Stderr, name)
	}
	return errs.NotFound("app.backup.missing", "count", m.MissingCount)
}

// restore loads a backup into an installation without data, and verifies the
// logs.
func restore(c *call) error {
	from := c.flags.String("from", "", c.words.T("app.flag.from"))
	identity := c.flags.String("identity", "", c.words.T("app.flag.identity"))
	passphrase := c.flags.String("passphrase-file", "", c.words.T("app.flag.passphrase"))
	if err := c.parse(); err != nil {
		return err
	}
	if *from == "" || len(c.args) > 0 || (*identity == "") == (*passphrase == "") {
		c.flags.Usage()
		return errUsage
	}
	identities, err := openWith(*identity, *passphrase)
	if err != nil {
		return err
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	file, err := os.Open(*from)
	if err != nil {
		return errs.NotFound("app.restore.no_file", "path", *from).Because(err)
	}
	defer file.Close()
	defer c.untilInterrupted()()
	report, err := app.Restore(c.ctx, config, app.Parts{Log: logger(config, c.env.Stderr)}, file, c.progress, identities...)
	if err != nil {
		return err
	}
	m := report.Manifest
	c.say(c.words.T("app.restore.done", "at", c.words.DateTime(m.At.Time), "rows", m.Rows(), "documents", m.Documents.Count))
	return errors.Join(c.tell(report.Logs), c.lacking(m))
}

func openWith(identity, passphrase string) ([]age.Identity, error) {
	if passphrase == "" {
		return app.Identities(identity)
	}
	i, err := app.PassphraseIdentity(passphrase)
	return []age.Identity{i}, err
}
