package forms

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDefinition bounds a definition in bytes.
const maxDefinition = 1 << 20

// DefinitionError says everything that is wrong with a definition.
type DefinitionError struct {
	Key      string
	Problems []string
}

// Error implements error.
func (e *DefinitionError) Error() string {
	return fmt.Sprintf("forms: definition %q: %s", e.Key, strings.Join(e.Problems, "; "))
}

// Parse reads a definition and checks it. The error is a *DefinitionError when
// the JSON can be read but the form cannot work.
func Parse(text []byte) (*Definition, error) {
	body, err := canonical(text)
	if err != nil {
		return nil, err
	}
	d := &Definition{}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		return nil, fmt.Errorf("forms: read definition: %w", err)
	}
	sum := sha256.Sum256(body)
	d.body, d.digest = body, hex.EncodeToString(sum[:])
	if err := d.check(); err != nil {
		return nil, err
	}
	if err := d.compileSchema(); err != nil {
		return nil, err
	}
	return d, nil
}

// canonical writes JSON with sorted keys, without white space and without
// escaping what need not be escaped, so that equal documents have equal digests.
func canonical(text []byte) ([]byte, error) {
	if len(text) > maxDefinition {
		return nil, fmt.Errorf("forms: definition of %d bytes, at most %d", len(text), maxDefinition)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, fmt.Errorf("forms: read definition: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("forms: read definition: something follows the JSON")
	}
	return encode(v)
}

// encode writes a value as canonical JSON.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("forms: write JSON: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
