package web

import (
	"regexp"
	"strings"
)

// block is a paragraph, or a list when it has items.
type block struct {
	Text  []span
	Items [][]span
}

// span is a piece of text, a link when it has an address.
type span struct {
	Text string
	Href string
}

// blocks reads the text of an article. An empty line parts paragraphs; lines
// that begin with "- " are a list; [words](address) is a link, to a secure
// address or a path of ours.
func blocks(text string) []block {
	var list []block
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.HasPrefix(part, "- "):
			list = append(list, block{Items: items(part)})
		default:
			list = append(list, block{Text: spans(part)})
		}
	}
	return list
}

// items reads a list; a line without a dash goes on with the one before.
func items(part string) [][]span {
	var list [][]span
	for item := range strings.SplitSeq("\n"+part, "\n- ") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, spans(item))
		}
	}
	return list
}

var link = regexp.MustCompile(`\[([^\]]+)\]\((https://[^)\s]+|/[a-z/.-]*)\)`)

func spans(text string) []span {
	var list []span
	at := 0
	for _, m := range link.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			list = append(list, span{Text: text[at:m[0]]})
		}
		list = append(list, span{Text: text[m[2]:m[3]], Href: text[m[4]:m[5]]})
		at = m[1]
	}
	if at < len(text) {
		list = append(list, span{Text: text[at:]})
	}
	return list
}
