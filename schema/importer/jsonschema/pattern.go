package jsonschema

import (
	"regexp"
	"strings"
)

// toRE2 translates an ECMA 262 pattern; it fails on what RE2 cannot match.
func toRE2(ecma string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(ecma); i++ {
		if ecma[i] != '\\' || i+1 == len(ecma) {
			b.WriteByte(ecma[i])
			continue
		}
		i++
		i += escape(&b, ecma[i:])
	}
	_, err := regexp.Compile(b.String())
	return b.String(), err
}

// escape writes what stands behind a backslash and returns how many further bytes it took.
func escape(b *strings.Builder, rest string) int {
	switch c := rest[0]; {
	case c == 'u' && len(rest) >= 5 && isHex(rest[1:5]):
		b.WriteString(`\x{` + rest[1:5] + `}`)
		return 4
	case c == '_' || c == '<' || c == '>' || c == ' ' || c >= 0x80:
		b.WriteByte(c) // an escape that means nothing, and that RE2 refuses
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return 0
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }
