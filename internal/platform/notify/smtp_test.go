package notify

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"

	"github.com/torg-no/torg/internal/platform/store/storetest"
)

func envelope(n int) *Envelope {
	return &Envelope{
		From: Sender{Address: "post@vestoy.test"}, To: "kari@post.test", MessageID: strconv.Itoa(n) + "@torg.test",
		Date: storetest.Start(), Subject: "nr " + strconv.Itoa(n), Text: "Hei", HTML: "<p>Hei</p>",
	}
}

func newCarrier(tb testing.TB, address string) *SMTP {
	tb.Helper()
	s, err := NewSMTP(address, "torg.test")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

func TestNewSMTP_refusesWithoutShowingThePassword(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "localhost:25", "http://user:hemmelig@host", "smtp://user:hemmelig@", "smtp://user:hemmelig@host:port",
		"smtp://user:hemmelig@host?starttls=maybe", "smtps://user:hemmelig@host?starttls=off", "smtp://user:hemmelig@host:99999", "smtp://user:hemmelig%zz@host",
	} {
		_, err := NewSMTP(address, "")
		if err == nil || strings.Contains(err.Error(), "hemmelig") {
			t.Errorf("%s: error = %v", address, err)
		}
	}
	for _, address := range []string{"smtp://host", "smtp://host:2525?starttls=opportunistic", "smtps://u:p@host", "smtp://u:p%40@host:587?starttls=required"} {
		if _, err := NewSMTP(address, "torg.test"); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestSMTP_carriesOverKeptConnections(t *testing.T) {
	t.Parallel()
	office := newPostOffice(t)
	s := newCarrier(t, "smtp://"+office.addr+"?starttls=off")
	for n := range 3 {
		if a, err := s.Carry(t.Context(), envelope(n)); a.Outcome != Taken || err != nil {
			t.Fatalf("answer %+v, error %v", a, err)
		}
	}
	if len(s.idle) != 1 {
		t.Errorf("%d connections kept, want 1", len(s.idle))
	}
	office.close() // the kept connection dies, and a new server comes
	office.open(t, nil)
	if a, err := s.Carry(t.Context(), envelope(3)); a.Outcome != Taken || err != nil {
		t.Errorf("after a restart: answer %+v, error %v", a, err)
	}
	if got := office.letters(); len(got) != 4 {
		t.Errorf("%d letters, want 4", len(got))
	}
}

func TestSMTP_judgesAnswers(t *testing.T) {
	t.Parallel()
	office := newPostOffice(t)
	s := newCarrier(t, "smtp://"+office.addr+"?starttls=off")
	for _, c := range []struct {
		code     int
		enhanced smtp.EnhancedCode
		want     Answer
	}{
		{450, smtp.EnhancedCode{4, 2, 0}, Answer{NotNow, "450 4.2.0"}},
		{452, smtp.EnhancedCode{4, 2, 2}, Answer{NotNow, "452 4.2.2"}},
		{421, smtp.EnhancedCode{4, 3, 2}, Answer{Unsure, "421 4.3.2"}},
		{550, smtp.EnhancedCode{5, 1, 1}, Answer{NotEver, "550 5.1.1"}},
		{553, smtp.NoEnhancedCode, Answer{NotEver, "553"}},
		{530, smtp.EnhancedCode{5, 7, 0}, Answer{NoAccess, "530 5.7.0"}},
	} {
		office.refuse("kari@post.test", c.code, c.enhanced)
		got, err := s.Carry(t.Context(), envelope(1))
		if got.Outcome != c.want.Outcome || !strings.HasPrefix(got.Code, c.want.Code) || err == nil || strings.Contains(err.Error(), "kari") {
			t.Errorf("%d: answer %+v, error %v, want %+v", c.code, got, err, c.want)
		}
	}
	office.refuse("kari@post.test", 0, smtp.EnhancedCode{})
	office.dropAnswers(1)
	if got, err := s.Carry(t.Context(), envelope(2)); got.Outcome != Unsure || err == nil {
		t.Errorf("answer lost: %+v, %v", got, err)
	}
	office.close()
	if got, err := s.Carry(t.Context(), envelope(3)); got != (Answer{Unsure, "connect"}) || err == nil {
		t.Errorf("server down: %+v, %v", got, err)
	}
}

// certificate makes one for 127.0.0.1 and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{raw}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, pool
}

func TestSMTP_logsInOverSTARTTLSOnly(t *testing.T) {
	t.Parallel()
	secure, pool := certificate(t)
	office := &postOffice{atRcpt: map[string]*smtp.SMTPError{}, login: "torg:hemmelig"}
	office.open(t, secure)
	t.Cleanup(office.close)
	trusting := func(address string) *SMTP {
		s := newCarrier(t, address)
		s.options = append(s.options, gomail.WithTLSConfig(&tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}))
		return s
	}
	if a, err := trusting("smtp://torg:hemmelig@"+office.addr).Carry(t.Context(), envelope(1)); a.Outcome != Taken || err != nil {
		t.Errorf("answer %+v, error %v", a, err)
	}
	if a, err := trusting("smtp://torg:feil@"+office.addr).Carry(t.Context(), envelope(2)); a.Outcome != NoAccess || err == nil {
		t.Errorf("wrong password: answer %+v, error %v", a, err)
	}
	if a, err := newCarrier(t, "smtp://torg:hemmelig@"+office.addr).Carry(t.Context(), envelope(3)); a.Outcome == Taken || err == nil {
		t.Errorf("a certificate nobody vouches for: answer %+v", a)
	}
	plain := newPostOffice(t)
	if a, err := newCarrier(t, "smtp://"+plain.addr).Carry(t.Context(), envelope(4)); a.Outcome == Taken || err == nil {
		t.Errorf("no STARTTLS offered: answer %+v", a)
	}
	if n := len(office.letters()) + len(plain.letters()); n != 1 {
		t.Errorf("%d letters, want 1", n)
	}
}

// BenchmarkSMTP_Carry sends over kept connections, as the runner does.
func BenchmarkSMTP_Carry(b *testing.B) {
	office := newPostOffice(b)
	s := newCarrier(b, "smtp://"+office.addr+"?starttls=off")
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if a, err := s.Carry(b.Context(), envelope(1)); a.Outcome != Taken {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// BenchmarkSend goes all the way: row, job, hand-over, receipt.
func BenchmarkSend(b *testing.B) {
	office := newPostOffice(b)
	w := newWorld(b, storetest.SQLite(b, modules()...), office)
	b.ResetTimer()
	var wg sync.WaitGroup
	for part := range 8 {
		wg.Go(func() {
			for n := part; n < b.N; n += 8 {
				w.send(b, hello("person"+strconv.Itoa(n)+"@post.test", "A"))
			}
		})
	}
	wg.Wait()
	for len(office.letters()) < b.N {
		time.Sleep(time.Millisecond)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
