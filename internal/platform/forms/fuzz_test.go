package forms

import (
	"net/url"
	"os"
	"testing"

	"github.com/torg-no/torg/internal/platform/i18n"
)

func FuzzParseDefinition(f *testing.F) {
	for _, name := range []string{"testdata/every-type.json", "testdata/small-form.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"key":"a","version":1,"subject":"self","pages":[{"id":"p","fields":[{"id":"x","type":"group","fields":[{"id":"y","calc":{"item":"y"}}]}]}]}`))
	localizer := words(f, i18n.NB)
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(d.Body())
		if err != nil || again.Digest() != d.Digest() {
			t.Fatalf("a definition that was read is not read again: %v", err)
		}
		exercise(t, d, Answers{}, localizer)
	})
}

func FuzzDecodeAnswers(f *testing.F) {
	f.Add("name=Kari&amount=1,5&day=1.1.2027&agree=on", `{"name":"Kari"}`)
	f.Add("people[0].who=A&people[3].born=x&_remove=people[1]", `{"people":[{"who":1},[],null],"ranked":"p1"}`)
	f.Add("ranked[0]=p1&many=a&many=b&one=c&_add=people", `{"papers":[{"id":{}}],"day":"2026-02-31","agree":"on"}`)
	d, localizer := everyType(f), words(f, i18n.NB)
	f.Fuzz(func(t *testing.T, query, object string) {
		if form, err := url.ParseQuery(query); err == nil {
			a := goodAnswers()
			for i := range d.Pages {
				after, err := d.DecodePage(d.Pages[i].ID, form, a, testEnv())
				if err == nil {
					exercise(t, d, after, localizer)
				}
			}
		}
		if a, err := d.DecodeJSON([]byte(object)); err == nil {
			exercise(t, d, a, localizer)
		}
	})
}

// exercise does everything one may do with answers; nothing may panic, and what
// is accepted must satisfy the schema.
func exercise(t *testing.T, d *Definition, a Answers, localizer *i18n.Localizer) {
	t.Helper()
	env := testEnv()
	wrong := d.Validate(a, env)
	for i := range d.Pages {
		if _, err := d.View(d.Pages[i].ID, a, wrong, env, localizer); err != nil {
			t.Fatal(err)
		}
	}
	d.Summarise(a, env, localizer).Plain()
	values, err := d.Submit(a, env)
	if (err == nil) != (len(wrong) == 0) {
		t.Fatalf("Validate found %v, Submit says %v", faults(wrong), err)
	}
	if err != nil {
		return
	}
	if err := d.schema.Validate(values); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Submit(Answers{Values: values}, env); err != nil {
		t.Fatalf("canonical answers are not accepted again: %v", err)
	}
}
