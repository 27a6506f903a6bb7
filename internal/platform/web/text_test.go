package web

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks_readsParagraphsListsAndLinks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		want []block
	}{
		"nothing":        {"\n \n\n", nil},
		"one":            {"\nOne\nline\n", []block{{Text: []span{{Text: "One\nline"}}}}},
		"two":            {"One\n\n\n\nTwo", []block{{Text: []span{{Text: "One"}}}, {Text: []span{{Text: "Two"}}}}},
		"other line end": {"One\r\n\r\nTwo", []block{{Text: []span{{Text: "One"}}}, {Text: []span{{Text: "Two"}}}}},
		"list": {"Before:\n\n- a\n- b\n  goes on\n- c – d", []block{
			{Text: []span{{Text: "Before:"}}},
			{Items: [][]span{{{Text: "a"}}, {{Text: "b\n  goes on"}}, {{Text: "c – d"}}}},
		}},
		"links": {"See [us](/help) and [them](https://x.no/a?b=c).", []block{{Text: []span{
			{Text: "See "}, {Text: "us", Href: "/help"}, {Text: " and "}, {Text: "them", Href: "https://x.no/a?b=c"}, {Text: "."},
		}}}},
		"link to a file": {"[a](/api/openapi.json)", []block{{Text: []span{{Text: "a", Href: "/api/openapi.json"}}}}},
		"link in a list": {"- [a](/)", []block{{Items: [][]span{{{Text: "a", Href: "/"}}}}}},
		"no links":       {"[a] (b) [c](http://x.no) [d](javascript:x) [](/)", []block{{Text: []span{{Text: "[a] (b) [c](http://x.no) [d](javascript:x) [](/)"}}}}},
	} {
		if diff := cmp.Diff(tt.want, blocks(tt.text)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTextBlock_keepsSpacesAsWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"See [us](/help), [or](/) not.": `<p>See <a class="ds-link" href="/help">us</a>, <a class="ds-link" href="/">or</a> not.</p>`,
		"- a <b>\n- [c](https://c.no)":  `<ul class="ds-list"><li>a &lt;b&gt;</li><li><a class="ds-link" href="https://c.no">c</a></li></ul>`,
	} {
		var page strings.Builder
		for _, b := range blocks(text) {
			if err := textBlock(b).Render(t.Context(), &page); err != nil {
				t.Fatal(err)
			}
		}
		if got := page.String(); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
}
