package web

import (
	"context"
	"regexp"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/torg-no/torg/internal/platform/i18n"
)

// wording pairs a sentence of huma's, which is English, with a text of ours. The
// parts that vary become the arguments, in order; "" drops one.
type wording struct {
	sentence string
	key      string
	args     []string
	pattern  *regexp.Regexp
}

// wordings are in the order in which they are tried: the last two fit almost
// everything that begins like them.
var wordings = sync.OnceValue(func() []wording {
	list := []wording{
		{key: "unexpected", sentence: validation.MsgUnexpectedProperty},
		{key: "date_time", sentence: validation.MsgExpectedRFC3339DateTime},
		{key: "http_date", sentence: validation.MsgExpectedRFC1123DateTime},
		{key: "date", sentence: validation.MsgExpectedRFC3339Date},
		{key: "time", sentence: validation.MsgExpectedRFC3339Time},
		{key: "email", sentence: validation.MsgExpectedRFC5322Email, args: []string{""}},
		{key: "host", sentence: validation.MsgExpectedRFC5890Hostname},
		{key: "ip", sentence: validation.MsgExpectedRFC2673IPv4},
		{key: "ip", sentence: validation.MsgExpectedRFC2373IPv6},
		{key: "ip", sentence: validation.MsgExpectedRFCIPAddr},
		{key: "address", sentence: validation.MsgExpectedRFC3986URI, args: []string{""}},
		{key: "address", sentence: "invalid url.URL value"},
		{key: "id", sentence: validation.MsgExpectedRFC4122UUID, args: []string{""}},
		{key: "duration", sentence: validation.MsgExpectedDuration, args: []string{""}},
		{key: "base64", sentence: validation.MsgExpectedBase64String},
		{key: "pattern", sentence: validation.MsgExpectedRFC6570URITemplate},
		{key: "pattern", sentence: validation.MsgExpectedRFC6901JSONPointer},
		{key: "pattern", sentence: validation.MsgExpectedRFC6901RelativeJSONPointer},
		{key: "pattern", sentence: validation.MsgExpectedRegexp, args: []string{""}},
		{key: "boolean", sentence: validation.MsgExpectedBoolean},
		{key: "boolean", sentence: "invalid boolean"},
		{key: "integer", sentence: validation.MsgExpectedInteger},
		{key: "integer", sentence: "invalid integer"},
		{key: "number", sentence: validation.MsgExpectedNumber},
		{key: "number", sentence: "invalid float"},
		{key: "number", sentence: "invalid floating value"},
		{key: "string", sentence: validation.MsgExpectedString},
		{key: "array", sentence: validation.MsgExpectedArray},
		{key: "object", sentence: validation.MsgExpectedObject},
		{key: "unique", sentence: validation.MsgExpectedArrayItemsUnique},
		{key: "one_of", sentence: validation.MsgExpectedOneOf, args: []string{"values"}},
		{key: "minimum", sentence: validation.MsgExpectedMinimumNumber, args: []string{"limit"}},
		{key: "above", sentence: validation.MsgExpectedExclusiveMinimumNumber, args: []string{"limit"}},
		{key: "maximum", sentence: validation.MsgExpectedMaximumNumber, args: []string{"limit"}},
		{key: "below", sentence: validation.MsgExpectedExclusiveMaximumNumber, args: []string{"limit"}},
		{key: "multiple", sentence: validation.MsgExpectedNumberBeMultipleOf, args: []string{"limit"}},
		{key: "min_length", sentence: validation.MsgExpectedMinLength, args: []string{"limit"}},
		{key: "max_length", sentence: validation.MsgExpectedMaxLength, args: []string{"limit"}},
		{key: "min_items", sentence: validation.MsgExpectedMinItems, args: []string{"limit"}},
		{key: "max_items", sentence: validation.MsgExpectedMaxItems, args: []string{"limit"}},
		{key: "min_properties", sentence: validation.MsgExpectedMinProperties, args: []string{"limit"}},
		{key: "max_properties", sentence: validation.MsgExpectedMaxProperties, args: []string{"limit"}},
		{key: "required", sentence: validation.MsgExpectedRequiredProperty, args: []string{"name"}},
		{key: "required_with", sentence: validation.MsgExpectedDependentRequiredProperty, args: []string{"name", "other"}},
		{key: "no_parameter", sentence: "required %s parameter is missing", args: []string{""}},
		{key: "unknown_parameter", sentence: "unknown query parameter"},
		{key: "one_value", sentence: "expected at most one value, but received multiple values"},
		{key: "file", sentence: "File required"},
		{key: "file", sentence: "At least one file is required"},
		{key: "pattern", sentence: validation.MsgExpectedMatchPattern, args: []string{""}},
		{key: "pattern", sentence: validation.MsgExpectedBePattern, args: []string{""}},
	}
	for i := range list {
		list[i].pattern = regexp.MustCompile("(?s)^" + verb.ReplaceAllString(regexp.QuoteMeta(list[i].sentence), "(.*)") + "$")
	}
	return list
})

// verb is what a formatted sentence leaves open.
var verb = regexp.MustCompile(`%[vsd]`)

// complaint is what huma found wrong with the input, in the reader's language.
// What it may say in a later version and nobody has put into words yet is told in
// general ones: never in English to whom reads Norwegian.
func complaint(ctx context.Context, d *huma.ErrorDetail) problemField {
	for _, w := range wordings() {
		found := w.pattern.FindStringSubmatch(d.Message)
		if found == nil {
			continue
		}
		var args []any
		for i, name := range w.args {
			if name != "" {
				args = append(args, name, found[i+1])
			}
		}
		key := "web.input." + w.key
		return problemField{Name: d.Location, Code: key, Detail: i18n.T(ctx, key, args...)}
	}
	return problemField{Name: d.Location, Code: "web.input.other", Detail: i18n.T(ctx, "web.input.other")}
}
