package scan

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Version is what clamd says of itself.
type Version struct {
	Engine     string    // "ClamAV 1.4.6"
	Signatures int       // number of the daily signatures, 0 when it has none
	Made       time.Time // when these were made; zero when it does not tell
}

// Ping asks whether clamd is there.
func (c *Clamd) Ping(ctx context.Context) error {
	text, err := c.short(ctx, "PING")
	if err != nil {
		return err
	}
	if text != "PONG" {
		return down(errors.New("this is not clamd"))
	}
	return nil
}

// Version asks clamd for its version and that of its signatures.
func (c *Clamd) Version(ctx context.Context) (Version, error) {
	text, err := c.short(ctx, "VERSION")
	if err != nil {
		return Version{}, err
	}
	return parseVersion(text)
}

func (c *Clamd) short(ctx context.Context, command string) (string, error) {
	conn, stop, err := c.connect(ctx, shortTimeout)
	if err != nil {
		return "", err
	}
	defer stop()
	until := time.Now().Add(shortTimeout) //nolint:forbidigo // a deadline of the connection, which keeps the machine's time
	if err := conn.SetDeadline(until); err != nil {
		return "", down(err)
	}
	if err := write(conn, []byte("z"+command+"\x00")); err != nil {
		return "", down(err)
	}
	a := listen(conn)
	if a.err != nil {
		return "", down(a.err)
	}
	return strings.TrimSpace(a.text), nil
}

// parseVersion reads "ClamAV 1.4.6/27450/Sat Nov 21 09:25:00 2026"; without
// signatures of ClamAV's own the last two are left out.
func parseVersion(text string) (v Version, err error) {
	parts := strings.SplitN(strings.ToValidUTF8(text, "?"), "/", 3)
	if v.Engine = parts[0]; !strings.HasPrefix(v.Engine, "ClamAV ") {
		return Version{}, fmt.Errorf("scan: not a version of ClamAV: %q", text)
	}
	if len(parts) < 3 {
		return v, nil
	}
	if v.Signatures, err = strconv.Atoi(parts[1]); err != nil || v.Signatures < 0 {
		return Version{}, fmt.Errorf("scan: not a version of signatures: %q", text)
	}
	if made, err := time.Parse(time.ANSIC, parts[2]); err == nil {
		v.Made = made
	}
	return v, nil
}
