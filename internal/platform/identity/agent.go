package identity

import "strings"

// agentSummary names browser and system of a User-Agent, enough for a person to
// recognise an own session by and too little to follow anybody by.
func agentSummary(header string) string {
	browser := firstFound(header, [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"SamsungBrowser", "Samsung Internet"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	})
	system := firstFound(header, [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"Mac OS X", "macOS"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	})
	return strings.Trim(browser+", "+system, ", ")
}

func firstFound(header string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(header, n[0]) {
			return n[1]
		}
	}
	return ""
}
