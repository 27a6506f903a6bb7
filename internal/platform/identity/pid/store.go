package pid

import (
	"database/sql/driver"
	"errors"
)

// Value implements driver.Valuer and refuses: a number is stored encrypted only.
func (p PID) Value() (driver.Value, error) {
	return nil, errors.New("pid: a national number is never stored in the clear")
}
