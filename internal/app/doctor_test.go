package app

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/clock"
	"github.com/torg-no/torg/internal/platform/i18n"
	"github.com/torg-no/torg/internal/platform/keys"
	"github.com/torg-no/torg/internal/platform/store"
	"github.com/torg-no/torg/internal/platform/store/storetest/pgcluster"
	"github.com/torg-no/torg/internal/platform/tenant"
)

// examine runs the doctor on an installation and returns "level key" lines.
func examine(t *testing.T, overrides map[string]string) []string {
	t.Helper()
	bundle, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range Doctor(t.Context(), overrides, &http.Client{Timeout: 5 * time.Second}) {
		lines = append(lines, string(f.Level)+" "+strings.TrimPrefix(f.Key, "app.doctor."))
		for _, lang := range []i18n.Lang{i18n.NB, i18n.NN, i18n.EN} {
			if text := bundle.For(lang).T(f.Key, f.Args...); strings.ContainsAny(text, "[<{") {
				t.Errorf("%s in %s says %q", f.Key, lang, text)
			}
		}
	}
	return lines
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("no %q in\n%s", w, strings.Join(got, "\n"))
		}
	}
}

// settings returns what an operator would have set for an installation.
func settings(c Config) map[string]string {
	overrides := map[string]string{}
	for _, s := range Settings() {
		overrides[s.Name] = c.Get(s.Name)
	}
	return overrides
}

// idporten answers as ID-porten's discovery does.
func idporten(t *testing.T) string {
	t.Helper()
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `{"issuer": %q}`, server.URL)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// postOffice is a mail server that says hello and goodbye.
func postOffice(t *testing.T, greeting string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go converse(conn, greeting)
		}
	}()
	return listener.Addr().String()
}

func converse(conn net.Conn, greeting string) {
	defer conn.Close()
	io.WriteString(conn, greeting+"\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "QUIT") {
			io.WriteString(conn, "221 bye\r\n")
			return
		}
		io.WriteString(conn, "250 hello\r\n")
	}
}

func TestDoctor_findsNothingWrongWithAGoodInstallation(t *testing.T) {
	t.Parallel()
	for _, dialect := range dialects() {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			c := fresh(t, dialect, newKeyFile(t))
			if err := os.Chmod(c.DataDir(), 0o700); err != nil {
				t.Fatal(err)
			}
			inhabited(t, c)
			o := settings(c)
			o["TORG_OIDC_ISSUER"] = idporten(t)
			o["TORG_SMTP_URL"] = "smtp://" + postOffice(t, "220 post.example ESMTP") + "?starttls=off"
			o["TORG_CLAMD"] = signatures(t, time.Now().AddDate(0, 0, -1))
			o["TORG_OIDC_CLIENT_ID"] = "torg"
			o["TORG_OIDC_KEY_FILE"] = filepath.Join(t.TempDir(), "client.json")
			client, err := keys.OpenClient(o["TORG_OIDC_KEY_FILE"])
			if err == nil {
				err = client.Add()
			}
			if err != nil {
				t.Fatal(err)
			}
			reachable(t, o)
			want := []string{"ok settings", "ok address", "ok data", "ok key"}
			if dialect == store.Postgres {
				want = append(want, "ok role")
			}
			want = append(want, "ok migrated", "ok database", "ok database_writable")
			if dialect == store.Postgres {
				want = append(want, "ok clock")
			}
			want = append(want, "ok hosts", "ok keys", "ok documents", "ok scanner", "ok mail", "ok sms", "ok krr", "ok login")
			got := slices.DeleteFunc(examine(t, o), func(line string) bool { return line == "warn unknown_setting" }) // of the tests' own
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDoctor_saysWhatAFreshInstallationLacks(t *testing.T) {
	t.Parallel()
	o := map[string]string{"TORG_DATA": filepath.Join(t.TempDir(), "new"), "TORG_OIDC_ISSUER": "http://127.0.0.1:1"}
	got := examine(t, o)
	expect(t, got, "warn data_missing", "warn key_missing", "warn database_missing", "warn documents_missing", "warn mail_none", "warn sms_none", "warn krr_none", "warn login_client", "warn login_unreachable")
	if _, err := os.Stat(o["TORG_DATA"]); !os.IsNotExist(err) {
		t.Errorf("the doctor made something: %v", err)
	}
	for _, line := range got {
		if strings.HasPrefix(line, "fail") {
			t.Error(line)
		}
	}
}

func TestDoctor_findsFaults(t *testing.T) {
	t.Parallel()
	type installation struct{ overrides map[string]string }
	for name, tt := range map[string]struct {
		harm func(t *testing.T, i installation)
		want []string
	}{
		"a setting nobody knows": {func(t *testing.T, i installation) {
			write(t, filepath.Join(i.overrides["TORG_DATA"], ConfigFile), "TORG_DATABSE_URL=x\n", 0o600)
		}, []string{"fail settings_unreadable"}},
		"a key for all to read": {func(t *testing.T, i installation) {
			if err := os.Chmod(i.overrides["TORG_KEY_FILE"], 0o644); err != nil {
				t.Fatal(err)
			}
		}, []string{"fail key_readable", "fail keys_closed"}},
		"another installation's key": {func(t *testing.T, i installation) { i.overrides["TORG_KEY_FILE"] = newKeyFile(t) }, []string{"ok key", "fail keys_wrong"}},
		"a key that is none": {func(t *testing.T, i installation) {
			i.overrides["TORG_KEY_FILE"] = filepath.Join(t.TempDir(), "k")
			write(t, i.overrides["TORG_KEY_FILE"], "nonsense", 0o600)
		}, []string{"fail key_unreadable"}},
		"a lost key": {func(t *testing.T, i installation) { i.overrides["TORG_KEY_FILE"] += ".lost" }, []string{"warn key_missing", "fail keys_closed"}},
		"documents that are a file": {func(t *testing.T, i installation) {
			i.overrides["TORG_BLOB_DIR"] = filepath.Join(t.TempDir(), "f")
			write(t, i.overrides["TORG_BLOB_DIR"], "", 0o600)
		}, []string{"fail documents_unwritable"}},
		"documents for all to read": {func(t *testing.T, i installation) {
			if err := os.Chmod(i.overrides["TORG_BLOB_DIR"], 0o755); err != nil {
				t.Fatal(err)
			}
		}, []string{"warn documents_readable", "ok documents"}},
		"an open line":                    {func(_ *testing.T, i installation) { i.overrides["TORG_PUBLIC_URL"] = "http://torg.example" }, []string{"warn address_plain"}},
		"a mail server that is not there": {func(_ *testing.T, i installation) { i.overrides["TORG_SMTP_URL"] = "smtp://127.0.0.1:1" }, []string{"fail mail_unreachable"}},
		"a mail server without TLS": {func(t *testing.T, i installation) {
			i.overrides["TORG_SMTP_URL"] = "smtp://" + postOffice(t, "220 hi")
		}, []string{"fail mail_unreachable"}},
		"a mail server that refuses": {func(t *testing.T, i installation) {
			i.overrides["TORG_SMTP_URL"] = "smtp://" + postOffice(t, "554 go away") + "?starttls=off"
		}, []string{"fail mail_unreachable"}},
		"a gateway that is not there": {func(_ *testing.T, i installation) {
			i.overrides["TORG_SMS_URL"], i.overrides["TORG_SMS_TOKEN"] = "http://127.0.0.1:1/send", "x"
		}, []string{"fail sms_unreachable"}},
		"a gateway without its token": {func(_ *testing.T, i installation) { i.overrides["TORG_SMS_URL"] = "http://127.0.0.1:1/send" }, []string{"fail sms_address"}},
		"a register without a key":    {func(_ *testing.T, i installation) { i.overrides["TORG_KRR_URL"] = "http://127.0.0.1:1" }, []string{"fail krr_client"}},
		"a register that is not there": {func(t *testing.T, i installation) {
			reachable(t, i.overrides)
			i.overrides["TORG_KRR_URL"] = "http://127.0.0.1:1"
		}, []string{"fail krr_unreachable", "ok sms"}},
		"a Maskinporten that knows us not": {func(t *testing.T, i installation) {
			reachable(t, i.overrides)
			i.overrides["TORG_MASKINPORTEN_CLIENT_ID"] = "somebody else"
		}, []string{"fail krr_unreachable"}},
		"a mail address that is none": {func(_ *testing.T, i installation) { i.overrides["TORG_SMTP_URL"] = "post.example" }, []string{"fail mail_address"}},
		"a client without its key":    {func(_ *testing.T, i installation) { i.overrides["TORG_OIDC_CLIENT_ID"] = "torg" }, []string{"warn login_key"}},
		"somebody else at ID-porten": {func(t *testing.T, i installation) {
			i.overrides["TORG_OIDC_ISSUER"] = idporten(t) + "/"
		}, []string{"warn login_unreachable"}},
		"an empty database": {func(t *testing.T, i installation) {
			i.overrides["TORG_DATA"] = t.TempDir()
			write(t, filepath.Join(i.overrides["TORG_DATA"], "torg.db"), "", 0o600)
		}, []string{"fail pending"}},
		"a database that is none": {func(t *testing.T, i installation) {
			i.overrides["TORG_DATA"] = t.TempDir()
			write(t, filepath.Join(i.overrides["TORG_DATA"], "torg.db"), strings.Repeat("no database ", 1000), 0o600)
		}, []string{"fail database_unreachable"}},
		"no municipality": {func(t *testing.T, i installation) {
			c := fresh(t, store.SQLite, i.overrides["TORG_KEY_FILE"])
			if _, err := Migrate(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			i.overrides["TORG_DATA"] = c.DataDir()
		}, []string{"warn no_tenants"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := fresh(t, store.SQLite, newKeyFile(t))
			inhabited(t, c)
			i := installation{settings(c)}
			tt.harm(t, i)
			expect(t, examine(t, i.overrides), tt.want...)
		})
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func TestDoctor_findsARoleThatSeesEverything(t *testing.T) {
	t.Parallel()
	c := fresh(t, store.Postgres, newKeyFile(t))
	if _, err := Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	o := settings(c)
	o["TORG_DATABASE_URL"] = o["TORG_MIGRATE_URL"]
	expect(t, examine(t, o), "fail fault_table_owner")
	o["TORG_DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/none"
	expect(t, examine(t, o), "fail database_unreachable")
	_, o["TORG_DATABASE_URL"] = pgcluster.Start(t).Database(t) // never migrated
	got := examine(t, o)
	if !slices.Contains(got, "fail pending") && !slices.Contains(got, "fail database_unreachable") {
		t.Errorf("an empty PostgreSQL: %v", got)
	}
}

// Every fault that the store can find has words.
func TestDoctor_hasWordsForEveryFault(t *testing.T) {
	t.Parallel()
	bundle, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []store.Fault{store.FaultSuperuser, store.FaultBypass, store.FaultOwner, store.FaultUnsecured, store.FaultOld} {
		if !bundle.Has("app.doctor.fault_" + string(f)) {
			t.Errorf("no words for %s", f)
		}
	}
	d := &doctor{}
	d.environment([]string{"TORG_DATA=x", "TORG_DATTA=x", "HOME=/"})
	if len(d.findings) != 1 || d.findings[0].Level != Warn || !cmp.Equal(d.findings[0].Args, []any{"name", "TORG_DATTA"}) {
		t.Errorf("%+v", d.findings)
	}
}

func TestDoctor_judgesHostsSpaceAndClocks(t *testing.T) {
	t.Parallel()
	d := &doctor{tenants: []tenant.Tenant{{Slug: "a", Hosts: []string{"a.no", "www.no"}}, {Slug: "b", Hosts: []string{"WWW.no"}}, {Slug: "c"}}}
	d.hosts()
	var got []string
	for _, f := range d.findings {
		got = append(got, f.Key)
	}
	if diff := cmp.Diff([]string{"app.doctor.host_twice", "app.doctor.host_missing"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for free, want := range map[uint64]Level{0: Fail, noSpace - 1: Fail, noSpace: Warn, lowSpace: Fine} {
		if level, _ := spaceLevel(free); level != want {
			t.Errorf("%d bytes free is %s, want %s", free, level, want)
		}
	}
	for _, skew := range []time.Duration{-time.Hour, 0, time.Second, 3 * time.Second} {
		c := fresh(t, store.Postgres, "")
		if _, err := Migrate(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		db, err := store.Open(t.Context(), c.StoreConfig())
		if err != nil {
			t.Fatal(err)
		}
		d := &doctor{db: db, clock: clock.NewFake(time.Now().Add(skew))}
		d.skew()
		if want := skew.Abs() <= maxSkew; len(d.findings) != 1 || (d.findings[0].Level == Fine) != want {
			t.Errorf("%s apart: %+v", skew, d.findings)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestDoctor_waitsForNobodyForEver(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d := &doctor{client: http.DefaultClient}
	if err := d.discover(ctx, "http://127.0.0.1:1"); err == nil {
		t.Error("ID-porten answered after the end")
	}
}
