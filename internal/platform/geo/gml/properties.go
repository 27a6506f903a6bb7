package gml

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/torg-no/torg/internal/platform/geo/exchange"
)

// properties flattens what a feature tells: identifikasjon.lokalId. The elements
// that only name a type (Identifikasjon) are left out of the names.
func (b *builder) properties(n *node, f *exchange.Feature) *exchange.Problem {
	own := n.space == Namespace
	if own {
		f.ID = "" // gml:id is ours, and only numbers the features
	}
	for _, kid := range n.kids {
		switch {
		case kid.name == "boundedBy", kid.only() != nil && isGeometry(kid.only().name):
		case own && kid.name == "identifier":
			f.ID = kid.text
		default:
			if wrong := b.property(kid, "", own, f.Properties); wrong != nil {
				return wrong
			}
		}
	}
	if own {
		f.Type = exchange.DecodeName(n.name)
	}
	return nil
}

func (b *builder) property(n *node, prefix string, own bool, into map[string]any) *exchange.Problem {
	name := n.name
	if own {
		name = exchange.DecodeName(name)
	}
	if len(n.kids) > 0 {
		return b.inner(n, prefix+name+".", own, into)
	}
	value, ok := value(n, own)
	if !ok {
		return nil
	}
	if len(into) >= b.file.limits.Properties {
		return exchange.Wrong("too_many_properties", "limit", b.file.limits.Properties)
	}
	key := prefix + name
	for again := 2; ; again++ {
		if _, taken := into[key]; !taken {
			break
		}
		key = prefix + name + "." + strconv.Itoa(again)
	}
	into[key] = value
	return nil
}

// inner reads the properties of a data type within a property.
func (b *builder) inner(n *node, prefix string, own bool, into map[string]any) *exchange.Problem {
	for _, kid := range n.kids {
		var wrong *exchange.Problem
		if first, _ := utf8.DecodeRuneInString(kid.name); unicode.IsUpper(first) && len(kid.kids) > 0 {
			wrong = b.inner(kid, prefix, own, into)
		} else {
			wrong = b.property(kid, prefix, own, into)
		}
		if wrong != nil {
			return wrong
		}
	}
	return nil
}

// value reads one value: text, or what it points to. A file that we wrote tells
// its type too.
func value(n *node, own bool) (any, bool) {
	if n.attr("nil") == "true" {
		return nil, false
	}
	text := n.text
	if href := n.attr("href"); href != "" && strings.TrimSpace(text) == "" {
		return href, true
	}
	if !own {
		text = strings.TrimSpace(text)
		return text, text != ""
	}
	switch n.attr("type") {
	case "xs:long":
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return v, true
		}
	case "xs:double":
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v, true
		}
	case "xs:boolean":
		if v, err := strconv.ParseBool(text); err == nil {
			return v, true
		}
	case "xs:dateTime":
		if v, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return v, true
		}
	}
	return text, true
}
