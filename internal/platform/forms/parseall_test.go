package forms_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/torg-no/torg/internal/platform/forms"
)

func TestParseAll_namesTheBrokenFile(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"forms/broken.json": {Data: []byte("{")}, "elsewhere.json": {Data: []byte("{")}}
	if _, err := forms.ParseAll(files); err == nil || !strings.Contains(err.Error(), "forms/broken.json") {
		t.Errorf("got %v", err)
	}
	if list, err := forms.ParseAll(fstest.MapFS{}); err != nil || len(list) != 0 {
		t.Errorf("an empty folder gives %d definitions and %v", len(list), err)
	}
}
