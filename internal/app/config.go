package app

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Setting is one thing an operator can choose, by environment or file.
type Setting struct {
	Name    string
	Default string // "DATA/…" is below the data folder
	Meaning string // message key
	Secret  bool   // not printed
}

// Settings returns every setting, in the order torg config prints them.
func Settings() []Setting {
	list := []Setting{
		{Name: "TORG_DATA", Default: "data"},
		{Name: "TORG_HTTP", Default: "127.0.0.1:8080"},
		{Name: "TORG_BASE_DOMAIN", Default: "localhost"},
		{Name: "TORG_PUBLIC_URL", Default: "http://localhost:8080"},
		{Name: "TORG_TRUSTED_PROXIES"},
		{Name: "TORG_DATABASE_URL", Secret: true},
		{Name: "TORG_MIGRATE_URL", Secret: true},
		{Name: "TORG_KEY_FILE", Default: "DATA/torg.key"},
		{Name: "TORG_BLOB_DIR", Default: "DATA/documents"},
		{Name: "TORG_CLAMD"},
		{Name: "TORG_SMTP_URL", Secret: true},
		{Name: "TORG_MAIL_FROM", Default: "no-reply@localhost"},
		{Name: "TORG_BOUNCE_ADDRESS"},
		{Name: "TORG_BOUNCE_TOKEN", Secret: true},
		{Name: "TORG_SMS_URL"},
		{Name: "TORG_SMS_TOKEN", Secret: true},
		{Name: "TORG_KRR_URL"},
		{Name: "TORG_MASKINPORTEN_URL", Default: "https://maskinporten.no/"},
		{Name: "TORG_MASKINPORTEN_CLIENT_ID"},
		{Name: "TORG_MASKINPORTEN_KEY_FILE", Default: "DATA/maskinporten-client.json"},
		{Name: "TORG_OIDC_ISSUER", Default: "https://idporten.no"},
		{Name: "TORG_OIDC_CLIENT_ID"},
		{Name: "TORG_OIDC_KEY_FILE", Default: "DATA/oidc-client.json"},
		{Name: "TORG_REGISTER_FILE"},
		{Name: "TORG_ADDRESS_LIMIT", Default: "100"},
		{Name: "TORG_PERSON_LIMIT", Default: "20"},
		{Name: "TORG_METRICS_TOKEN", Secret: true},
		{Name: "TORG_LOG_LEVEL", Default: "info"},
		{Name: "TORG_LOG_FORMAT", Default: "text"},
	}
	for i := range list {
		list[i].Meaning = "app.setting." + strings.ToLower(strings.TrimPrefix(list[i].Name, "TORG_"))
	}
	return list
}

// Config is what the operator has chosen.
type Config struct {
	values map[string]string
}

// ConfigFile is the name of the file in the data folder that holds settings as
// NAME=value lines. The environment goes before it.
const ConfigFile = "torg.conf"

// ReadConfig reads the settings: overrides first (flags of the command line),
// then the environment, then the file, then the defaults.
func ReadConfig(overrides map[string]string) (Config, error) {
	c := Config{values: map[string]string{}}
	environment := func(name string) string {
		if v := overrides[name]; v != "" {
			return v
		}
		return os.Getenv(name)
	}
	data := environment("TORG_DATA")
	if data == "" {
		data = "data"
	}
	file, err := readConfigFile(filepath.Join(data, ConfigFile))
	if err != nil {
		return c, err
	}
	for _, s := range Settings() {
		value := environment(s.Name)
		if value == "" {
			value = file[s.Name]
		}
		if value == "" {
			value = strings.Replace(s.Default, "DATA/", data+"/", 1)
		}
		c.values[s.Name] = value
		delete(file, s.Name)
	}
	c.values["TORG_DATA"] = data
	for name := range file {
		return c, fmt.Errorf("app: %s has an unknown setting %s", ConfigFile, name)
	}
	return c, c.check()
}

func readConfigFile(path string) (values map[string]string, err error) {
	values = map[string]string{}
	f, err := os.Open(path) //nolint:gosec // the operator's own file
	if errors.Is(err, fs.ErrNotExist) {
		return values, nil
	}
	if err != nil {
		return nil, fmt.Errorf("app: settings: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	scanner := bufio.NewScanner(f)
	for n := 1; scanner.Scan(); n++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("app: %s line %d is not NAME=value", path, n)
		}
		values[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return values, scanner.Err()
}

// Get returns a setting's value.
func (c Config) Get(name string) string { return c.values[name] }

// DataDir returns the folder that holds the embedded database and documents.
func (c Config) DataDir() string { return c.Get("TORG_DATA") }

// DatabasePath returns SQLite's file.
func (c Config) DatabasePath() string { return filepath.Join(c.DataDir(), "torg.db") }

func (c Config) check() error {
	if u, err := url.Parse(c.Get("TORG_PUBLIC_URL")); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("app: TORG_PUBLIC_URL is not an address such as https://torg.example")
	}
	if _, err := c.proxies(); err != nil {
		return err
	}
	for _, name := range []string{"TORG_ADDRESS_LIMIT", "TORG_PERSON_LIMIT"} {
		if n, err := strconv.ParseFloat(c.Get(name), 64); err != nil || n <= 0 {
			return fmt.Errorf("app: %s is not a number of requests per second", name)
		}
	}
	return nil
}

func (c Config) number(name string) float64 {
	n, err := strconv.ParseFloat(c.Get(name), 64)
	if err != nil {
		return 0 // check has refused it before
	}
	return n
}

// publicURL is the address of the installation as people see it; only its scheme
// and port count, since each municipality has its own host.
func (c Config) publicURL() *url.URL {
	u, err := url.Parse(c.Get("TORG_PUBLIC_URL"))
	if err != nil {
		return &url.URL{Scheme: "https"} // check has refused it before
	}
	return u
}

// siteURL is the address of a host of the installation.
func (c Config) siteURL(host string) string {
	u := c.publicURL()
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	return u.Scheme + "://" + host
}

func (c Config) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(c.Get("TORG_TRUSTED_PROXIES"), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("app: TORG_TRUSTED_PROXIES: %q is not a network such as 10.0.0.0/8", part)
		}
		list = append(list, p)
	}
	return list, nil
}
