package scan

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/torg-no/torg/internal/platform/blob"
)

func TestParse_readsVerdicts(t *testing.T) {
	t.Parallel()
	locked := blob.Flags("").With(blob.FlagEncrypted)
	for text, want := range map[string]blob.Verdict{
		"stream: OK":                                             {State: blob.Clean},
		"stream: OK\n":                                           {State: blob.Clean},
		"stream: Win.Test.EICAR_HDB-1 FOUND":                     {State: blob.Refused, Finding: "Win.Test.EICAR_HDB-1"},
		"stream: A name with FOUND in it FOUND":                  {State: blob.Refused, Finding: "A name with FOUND in it"},
		"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND":   {State: blob.TooLarge, Finding: "Heuristics.Limits.Exceeded.MaxFileSize"},
		"stream: Heuristics.Encrypted.PDF FOUND":                 {State: blob.Clean, Finding: "Heuristics.Encrypted.PDF", Flags: locked},
		"INSTREAM size limit exceeded. ERROR":                    {State: blob.TooLarge},
		"stream: Heuristics.Phishing.Email.SpoofedDomain FOUND ": {State: blob.Refused, Finding: "Heuristics.Phishing.Email.SpoofedDomain"},
	} {
		got, err := parse(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: error %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{"", "OK", "stream:", "stream: OK ERROR", "UNKNOWN COMMAND", "COMMAND READ TIMED OUT"} {
		if v, err := parse(text); err == nil {
			t.Errorf("%q is taken as %+v", text, v)
		}
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Version{
		"ClamAV 1.4.6": {Engine: "ClamAV 1.4.6"},
		"ClamAV 1.4.6/27450/Sat Nov 21 09:25:00 2026": {Engine: "ClamAV 1.4.6", Signatures: 27450, Made: time.Date(2026, 11, 21, 9, 25, 0, 0, time.UTC)},
		"ClamAV 1.0.9/27450/soon":                     {Engine: "ClamAV 1.0.9", Signatures: 27450},
	} {
		got, err := parseVersion(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: error %v\n%s", text, err, diff)
		}
	}
	for _, text := range []string{"", "PONG", "ClamAV 1/x/y", "ClamAV 1/-3/y"} {
		if v, err := parseVersion(text); err == nil {
			t.Errorf("%q is taken as %+v", text, v)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"stream: OK", "stream: X FOUND", "INSTREAM size limit exceeded. ERROR", "ClamAV 1.4.6/27450/Sat Nov 21 09:25:00 2026", "\xff/1/"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parse(text)
		if err == nil && v.State != blob.Clean && v.State != blob.Refused && v.State != blob.TooLarge {
			t.Errorf("%q gives %+v", text, v)
		}
		if err == nil && v.State == blob.Clean && !strings.HasPrefix(strings.TrimSpace(text), "stream: ") && v.Finding == "" {
			t.Errorf("%q passes as clean", text)
		}
		if !utf8.ValidString(v.Finding) {
			t.Errorf("%q gives the name %q", text, v.Finding)
		}
		if version, err := parseVersion(text); err == nil && (version.Signatures < 0 || !utf8.ValidString(version.Engine)) {
			t.Errorf("%q gives %+v", text, version)
		}
	})
}
