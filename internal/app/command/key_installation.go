package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/torg-no/torg/internal/app"
	"github.com/torg-no/torg/internal/platform/errs"
	"github.com/torg-no/torg/internal/platform/keys"
)

// verb is the one word that says what is done to a key.
func (c *call) verb() (string, error) {
	if err := c.parse(); err != nil {
		return "", err
	}
	if len(c.args) != 1 {
		c.flags.Usage()
		return "", errUsage
	}
	return c.args[0], nil
}

// keyMaster replaces the installation key, which wraps the keys of all
// municipalities.
func keyMaster(c *call) error {
	verb, err := c.verb()
	if err != nil {
		return err
	}
	act := map[string]func(*app.App) error{"show": c.showMaster, "rotate": c.rotateMaster, "drop": c.dropMaster}[verb]
	if act == nil {
		c.flags.Usage()
		return errUsage
	}
	return c.opened(act)
}

func (c *call) showMaster(a *app.App) error {
	w, err := a.Keys.Wrapping(c.ctx)
	if err != nil {
		return err
	}
	c.say(c.words.T("app.key.master.state", "path", a.Config.Get("TORG_KEY_FILE"), "keys", w.Installation, "wrapped", w.Wrapped, "old", w.Old))
	return nil
}

func (c *call) rotateMaster(a *app.App) error {
	made, err := a.RenewInstallationKey(c.ctx)
	if err != nil {
		return err
	}
	key := "app.key.master.continued"
	if made {
		key = "app.key.master.rotated"
	}
	c.say(c.words.T(key))
	if err := c.showMaster(a); err != nil {
		return err
	}
	c.say(c.words.T("app.key.master.then_drop"))
	return nil
}

func (c *call) dropMaster(a *app.App) error {
	switch err := a.ForgetInstallationKey(c.ctx); {
	case errors.Is(err, keys.ErrNoPrevious):
		return errs.Conflict("app.key.master.no_previous").Because(err)
	case errors.Is(err, keys.ErrNotRewrapped):
		return errs.Conflict("app.key.master.not_rewrapped").Because(err)
	case err != nil:
		return err
	}
	c.say(c.words.T("app.key.master.dropped"))
	return nil
}

// keyLog makes a new key that signs the heads of the audit log.
func keyLog(c *call) error {
	verb, err := c.verb()
	if err != nil {
		return err
	}
	if verb != "rotate" {
		c.flags.Usage()
		return errUsage
	}
	return c.opened(func(a *app.App) error {
		if err := a.RotateSigningKey(c.ctx); err != nil {
			return err
		}
		c.say(c.words.T("app.key.log.rotated"))
		return nil
	})
}

// keyClient replaces the key by which the installation proves to ID-porten who it
// is. It works on the key file alone.
func keyClient(c *call) error {
	verb, err := c.verb()
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"show", "new", "use", "drop"}, verb) {
		c.flags.Usage()
		return errUsage
	}
	config, err := c.read()
	if err != nil {
		return err
	}
	client, err := keys.OpenClient(config.Get("TORG_OIDC_KEY_FILE"))
	if err != nil {
		return err
	}
	act := map[string]func() error{"show": func() error { return nil }, "new": client.Add, "use": client.Use, "drop": client.Drop}[verb]
	if verb == "new" && client.Count() == 0 {
		if err := makeDir(config.DataDir()); err != nil {
			return err
		}
	}
	if err := act(); err != nil {
		return clientKeyError(err)
	}
	return c.showClient(client, verb)
}

// clientKeyError gives the words for what cannot be done now.
func clientKeyError(err error) error {
	for cause, key := range map[error]string{
		keys.ErrTwoClientKeys: "app.key.client.two", keys.ErrOneClientKey: "app.key.client.one", keys.ErrNewKeyUnused: "app.key.client.unused",
	} {
		if errors.Is(err, cause) {
			return errs.Conflict(key).Because(err)
		}
	}
	return err
}

// showClient writes what must be registered at ID-porten on standard output, and
// what to do next beside it.
func (c *call) showClient(client keys.ClientKeys, verb string) error {
	signing, err := client.Signing()
	if errors.Is(err, keys.ErrNoClientKey) {
		return errs.NotFound("app.key.client.none").Because(err)
	}
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(client.Public(), "", "  ")
	if err != nil {
		return fmt.Errorf("command: write the client's public keys: %w", err)
	}
	c.say(string(text))
	say(c.env.Stderr, c.words.T("app.key.client."+verb, "signing", signing.KeyID, "count", client.Count()))
	return nil
}
