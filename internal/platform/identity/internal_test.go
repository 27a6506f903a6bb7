package identity

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAgentSummary_namesBrowserAndSystem(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":           "",
		"curl/8.5.0": "",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":          "Edge, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36":                    "Chrome, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile Safari/604": "Safari, iPhone",
		"Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/140.0 Mobile Safari/537":   "Samsung Internet, Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0":                                           "Firefox, macOS",
		"<script>alert(1)</script>": "",
	} {
		if got := agentSummary(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestACRRank_ordersLevels(t *testing.T) {
	t.Parallel()
	got := map[string]int{}
	for _, acr := range []string{ACRLow, ACRSubstantial, ACRHigh, "eidas-loa-high", "Level4", "", "high", "-loa-highest"} {
		got[acr] = acrRank(acr)
	}
	want := map[string]int{
		ACRLow: 1, ACRSubstantial: 2, ACRHigh: 3, "eidas-loa-high": 3, "Level4": 0, "": 0, "high": 0, "-loa-highest": 0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMinACR_neverGoesBelowTheClients(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ client, asked, want string }{
		{"", "", ACRSubstantial},
		{"", ACRLow, ACRSubstantial},
		{"", ACRHigh, ACRHigh},
		{ACRHigh, ACRSubstantial, ACRHigh},
		{ACRLow, "", ACRLow},
		{ACRLow, "nonsense", ACRLow},
	} {
		if got := (ClientConfig{MinACR: c.client}).minACR(c.asked); got != c.want {
			t.Errorf("client %q asked %q: %q, want %q", c.client, c.asked, got, c.want)
		}
	}
}

func TestProtection_stricterNeverUncovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ a, b, want Protection }{
		{Unprotected, Unprotected, Unprotected},
		{"", "", ""},
		{Unprotected, "", Unprotected},
		{Unprotected, Confidential, Confidential},
		{StrictlyConfidential, Confidential, StrictlyConfidential},
		{"unknown", Unprotected, "unknown"},
		{"unknown", Confidential, "unknown"},
		{Confidential, StrictlyConfidential, StrictlyConfidential},
		{"unknown", StrictlyConfidential, StrictlyConfidential},
	} {
		if got := c.a.stricter(c.b); got != c.want {
			t.Errorf("%q and %q: %q, want %q", c.a, c.b, got, c.want)
		}
	}
	if Unprotected.Protected() || Protection("").Protected() || !Protection("unknown").Protected() {
		t.Error("an unknown grade must hide, and only none must not")
	}
}

func TestIsLocal_meansThisMachine(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "kristiansand.localhost": true, "127.0.0.1": true, "::1": true,
		"localhost.evil.test": false, "evillocalhost": false, "10.0.0.1": false, "": false,
	} {
		if got := isLocal(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

func TestName_isWrittenWithSingleSpaces(t *testing.T) {
	t.Parallel()
	for want, name := range map[string]Name{
		"Kari Nordmann": {Given: "Kari", Family: "Nordmann"}, "Kari Ås Nordmann": {Given: " Kari ", Middle: "Ås", Family: "Nordmann"},
		"": {}, "Kari": {Given: "Kari"},
	} {
		if got := name.Full(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
