package retention

import (
	"net/url"
	"strconv"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// index is the first page of a copy.
type index struct {
	t     Takeout
	whose Whose
	parts []part
	left  []string
	kept  []string
}

// group is the parts of a copy that came from one source.
type group struct {
	source string
	parts  []part
}

func (a *archive) index() index { return index{a.t, a.whose, a.parts, a.left, a.kept} }

// title says of whom the copy is.
func (v index) title(words *i18n.Localizer) string {
	if v.whose.Own {
		return words.T("retention.index.title")
	}
	return words.T("retention.index.title_of", "name", v.whose.Reader.OnBehalfName)
}

// groups are the parts by their sources, in the order they were written in.
func (v index) groups() (list []group) {
	for _, p := range v.parts {
		if n := len(list); n > 0 && list[n-1].source == p.source {
			list[n-1].parts = append(list[n-1].parts, p)
			continue
		}
		list = append(list, group{p.source, []part{p}})
	}
	return list
}

// without are the texts that say what is not in the copy.
func (v index) without() []string {
	list := []string{"no_notes", "no_others", "no_former", "no_acts", "no_protected"}
	switch {
	case v.whose.Own:
	case v.whose.Whole():
		list = append(list, "no_unseen", "no_login")
	default:
		list = append(list, "only_scope")
	}
	return list
}

// partName is what a part is called in the index and at its top.
func partName(words *i18n.Localizer, p part) string {
	name := p.title
	if name == "" {
		name = words.T("retention.source." + p.source)
	}
	if p.page > 1 {
		name = words.T("retention.index.page", "name", name, "page", strconv.Itoa(p.page))
	}
	return name
}

// fileURL leads from a page to a document beside it, whatever is in its name.
func fileURL(path string) string {
	u := url.URL{Path: path}
	return u.String()
}
