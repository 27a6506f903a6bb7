package keys_test

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/torg-no/torg/internal/platform/keys"
)

func openClient(t *testing.T, path string) keys.ClientKeys {
	t.Helper()
	k, err := keys.OpenClient(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func signs(t *testing.T, k keys.ClientKeys) string {
	t.Helper()
	key, err := k.Signing()
	if err != nil {
		t.Fatal(err)
	}
	if key.KeyID == "" || !key.Valid() || key.IsPublic() {
		t.Fatalf("the signing key: id %q, valid %v, public %v", key.KeyID, key.Valid(), key.IsPublic())
	}
	return key.KeyID
}

func TestClientKeys_overlapWhileOneIsReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "oidc.json")
	k := openClient(t, path)
	if _, err := k.Signing(); !errors.Is(err, keys.ErrNoClientKey) {
		t.Errorf("a key from nowhere: %v", err)
	}
	if err := k.Add(); err != nil {
		t.Fatal(err)
	}
	first := signs(t, openClient(t, path))
	if err := errors.Join(k.Use(), k.Drop()); !errors.Is(err, keys.ErrOneClientKey) {
		t.Errorf("used and dropped the only key: %v", err)
	}

	if err := k.Add(); err != nil {
		t.Fatal(err)
	}
	if k = openClient(t, path); k.Count() != 2 || signs(t, k) != first {
		t.Errorf("%d keys; the new one signs before it is registered", k.Count())
	}
	if err := k.Add(); !errors.Is(err, keys.ErrTwoClientKeys) {
		t.Errorf("a third key: %v", err)
	}
	if err := k.Drop(); !errors.Is(err, keys.ErrNewKeyUnused) {
		t.Errorf("dropped the key that signs: %v", err)
	}

	for range 2 { // twice is as once
		if err := k.Use(); err != nil {
			t.Fatal(err)
		}
	}
	k = openClient(t, path)
	second := signs(t, k)
	if second == first || k.Count() != 2 {
		t.Errorf("signs with %s of %d keys", second, k.Count())
	}
	if err := k.Drop(); err != nil {
		t.Fatal(err)
	}
	if k = openClient(t, path); k.Count() != 1 || signs(t, k) != second {
		t.Errorf("%d keys are left", k.Count())
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestClientKeys_tellTheProviderOnlyThePublicHalves(t *testing.T) {
	t.Parallel()
	k := openClient(t, filepath.Join(t.TempDir(), "oidc.json"))
	if err := errors.Join(k.Add(), k.Add()); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{`"d":`, `"p":`, `"q":`, `"dp":`} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the public set holds %s", secret)
		}
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%d keys, %v", len(set.Keys), err)
	}
	for _, key := range set.Keys {
		public, ok := key.Key.(*rsa.PublicKey)
		if !ok || key.Algorithm != "RS256" || key.Use != "sig" || public.Size()*8 < 2048 {
			t.Errorf("%+v", key)
		}
	}
}

func TestOpenClient_readsWhatOperatorsMadeBefore(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := openClient(t, filepath.Join(dir, "made.json"))
	if err := made.Add(); err != nil {
		t.Fatal(err)
	}
	key, err := made.Signing()
	if err != nil {
		t.Fatal(err)
	}
	single, _ := json.Marshal(key)
	set, _ := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}})
	key.KeyID = ""
	nameless, _ := json.Marshal(key)
	for name, text := range map[string][]byte{"single": single, "set": set, "nameless": nameless} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		k := openClient(t, path)
		if _, err := k.Signing(); err != nil || k.Count() != 1 {
			t.Errorf("%s: %d keys, %v", name, k.Count(), err)
		}
		if err := errors.Join(k.Add(), k.Use(), k.Drop()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		signs(t, openClient(t, path))
	}
}

func TestOpenClient_refusesWithoutQuoting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k := openClient(t, filepath.Join(dir, "good.json"))
	if err := k.Add(); err != nil {
		t.Fatal(err)
	}
	public, _ := json.Marshal(k.Public())
	good, _ := os.ReadFile(filepath.Join(dir, "good.json"))
	for name, text := range map[string]string{
		"empty": "", "words": "hemmelig nøkkel", "no keys": `{"keys":[]}`, "public": string(public),
		"signing another": strings.Replace(string(good), `"signing": "`, `"signing": "x`, 1),
	} {
		path := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keys.OpenClient(path)
		if err == nil || strings.Contains(err.Error(), "hemmelig") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
