package pid

import "errors"

// ErrInvalidOrg says that a text is not an organisation number.
var ErrInvalidOrg = errors.New("pid: not an organisation number")

// Org is a valid organisation number of Enhetsregisteret, 9 digits. It is public.
type Org string

// ParseOrg reads 9 digits, alone or in groups of three as people write them.
func ParseOrg(s string) (Org, error) {
	if len(s) == 11 && s[3] == ' ' && s[7] == ' ' {
		s = s[:3] + s[4:7] + s[8:]
	}
	if len(s) != 9 || !onlyDigits(s) || s == "000000000" {
		return "", ErrInvalidOrg
	}
	// Modulus 11; a remainder that would need the digit 10 is never handed out.
	sum := weighted(s, []int{3, 2, 7, 6, 5, 4, 3, 2}) + int(s[8]-'0')
	if sum%11 != 0 {
		return "", ErrInvalidOrg
	}
	return Org(s), nil
}
