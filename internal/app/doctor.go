package app

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// Level says how bad a finding is.
type Level string

// The levels. An installation with a Fail should not be opened to people.
const (
	Fine Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Finding is the result of one check, with the message that says what was found
// and what to do.
type Finding struct {
	Level Level
	Key   string
	Args  []any
}

// doctor looks at an installation and changes nothing in it.
type doctor struct {
	config   Config
	client   *http.Client
	clock    clock.Clock
	db       *store.DB
	tenants  []tenant.Tenant
	findings []Finding
}

// Doctor checks the set-up: settings, keys, database, folders and neighbours.
func Doctor(ctx context.Context, overrides map[string]string, client *http.Client) []Finding {
	if client == nil {
		client = &http.Client{Timeout: neighbourTimeout}
	}
	d := &doctor{client: client, clock: clock.System{}}
	config, err := ReadConfig(overrides)
	if err != nil {
		d.add(Fail, "settings_unreadable", "reason", err.Error())
		return d.findings
	}
	d.config = config
	d.add(Fine, "settings")
	d.environment(os.Environ())
	d.address()
	d.folder(config.DataDir(), "data")
	installation := d.keyFile()
	d.database(ctx)
	if d.db != nil {
		d.inDatabase(ctx, installation)
		if err := d.db.Close(); err != nil {
			d.add(Fail, "database_unreachable", "reason", err.Error())
		}
	}
	d.folder(config.Get("TORG_BLOB_DIR"), "documents")
	d.scanner(ctx)
	d.mail(ctx)
	d.phones(ctx)
	d.contacts(ctx)
	d.login(ctx)
	return d.findings
}

func (d *doctor) add(level Level, key string, args ...any) {
	d.findings = append(d.findings, Finding{Level: level, Key: "app.doctor." + key, Args: args})
}

// environment warns of what is written like a setting and is none: most likely
// a slip of the pen, which would otherwise do nothing, silently.
func (d *doctor) environment(environment []string) {
	for _, line := range environment {
		name, _, _ := strings.Cut(line, "=")
		known := slices.ContainsFunc(Settings(), func(s Setting) bool { return s.Name == name })
		if strings.HasPrefix(name, "TORG_") && !known {
			d.add(Warn, "unknown_setting", "name", name)
		}
	}
}

// address warns when people would log in over an open line.
func (d *doctor) address() {
	u := d.config.publicURL()
	host := u.Hostname()
	if u.Scheme == "https" || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasPrefix(host, "127.") {
		d.add(Fine, "address", "url", u.String())
		return
	}
	d.add(Warn, "address_plain", "url", u.String())
}

// keyFile reads the installation key; nil when there is none to read.
func (d *doctor) keyFile() *keys.Installation {
	path := d.config.Get("TORG_KEY_FILE")
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		d.add(Warn, "key_missing", "path", path)
		return nil
	case err == nil && info.Mode().Perm()&0o077 != 0:
		d.add(Fail, "key_readable", "path", path)
		return nil
	}
	installation, err := keys.OpenFile(path)
	if err != nil {
		d.add(Fail, "key_unreadable", "path", path, "reason", err.Error())
		return nil
	}
	d.add(Fine, "key", "path", path)
	return installation
}

// inDatabase checks what needs an open database.
func (d *doctor) inDatabase(ctx context.Context, installation *keys.Installation) {
	if err := d.db.Healthy(ctx); err != nil {
		d.add(Fail, "database_readonly", "reason", err.Error())
	} else {
		d.add(Fine, "database_writable")
	}
	d.skew()
	var err error
	if d.tenants, err = tenant.NewService(d.db).List(ctx); err != nil {
		d.add(Fail, "database_unreachable", "reason", err.Error())
		return
	}
	if len(d.tenants) == 0 {
		d.add(Warn, "no_tenants")
		return
	}
	d.hosts()
	d.tenantKeys(ctx, installation)
}

// hosts checks that each municipality has an address of its own.
func (d *doctor) hosts() {
	taken := map[string]string{}
	sound := true
	for _, t := range d.tenants {
		if len(t.Hosts) == 0 {
			d.add(Fail, "host_missing", "tenant", t.Slug)
			sound = false
		}
		for _, host := range t.Hosts {
			host = strings.ToLower(host)
			if other, twice := taken[host]; twice && other != t.Slug {
				d.add(Fail, "host_twice", "host", host, "tenant", t.Slug, "other", other)
				sound = false
			}
			taken[host] = t.Slug
		}
	}
	if sound {
		d.add(Fine, "hosts", "number", len(taken))
	}
}

// tenantKeys checks that the installation key opens what it wrapped.
func (d *doctor) tenantKeys(ctx context.Context, installation *keys.Installation) {
	if installation == nil {
		d.add(Fail, "keys_closed", "number", len(d.tenants), "path", d.config.Get("TORG_KEY_FILE"))
		return
	}
	ring := keys.NewRing(d.db, installation)
	opened := 0
	for _, t := range d.tenants {
		if err := ring.Warm(ctx, t.ID); err != nil {
			d.add(Fail, "keys_wrong", "tenant", t.Slug, "path", d.config.Get("TORG_KEY_FILE"))
			continue
		}
		opened++
	}
	if opened == len(d.tenants) {
		d.add(Fine, "keys", "number", opened)
	}
}
