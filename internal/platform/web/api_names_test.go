package web

import (
	"reflect"
	"testing"
)

type lineInfo struct{ A int }

func TestSchemaNames_areTheFirstComersAndThenTheModules(t *testing.T) {
	t.Parallel()
	type other struct{ B int }
	n := newSchemaNames()
	n.module = "appeals"
	for _, c := range []struct {
		module string
		value  any
		hint   string
		want   string
	}{
		{"appeals", lineInfo{}, "", "LineInfo"},
		{"appeals", &lineInfo{}, "", "LineInfo"},
		{"appeals", struct{ X int }{}, "ListBody", "ListBody"},
		{"notices", struct{ Y int }{}, "ListBody", "NoticesListBody"},
		{"notices", struct{ Z int }{}, "ListBody", "NoticesListBody2"},
		{"notices", struct{ Y int }{}, "ListBody", "NoticesListBody"},
		{"notices", lineInfo{}, "", "LineInfo"},
		{"notices", other{}, "", "Other"},
		{"", struct{ W int }{}, "ListBody", "ListBody2"},
	} {
		n.module = c.module
		if got := n.name(reflect.TypeOf(c.value), c.hint); got != c.want {
			t.Errorf("%s: %T is called %s, want %s", c.module, c.value, got, c.want)
		}
	}
}
