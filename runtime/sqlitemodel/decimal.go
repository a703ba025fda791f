package sqlitemodel

import (
	"fmt"
	"math/big"
	"strings"
)

// addDecimals adds two decimals exactly; the sum has the digits of the finer one.
func addDecimals(a, b string) (string, error) {
	x, xs, err := decimal(a)
	if err != nil {
		return "", err
	}
	y, ys, err := decimal(b)
	if err != nil {
		return "", err
	}
	scale := max(xs, ys)
	sum := new(big.Int).Add(shifted(x, scale-xs), shifted(y, scale-ys))
	return printed(sum, scale), nil
}

// decimal reads digits with an optional sign and point.
func decimal(text string) (unscaled *big.Int, scale int, err error) {
	whole, fraction, _ := strings.Cut(text, ".")
	unscaled, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return nil, 0, fmt.Errorf("%q is no decimal", text)
	}
	return unscaled, len(fraction), nil
}

func shifted(n *big.Int, digits int) *big.Int {
	return n.Mul(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
}

func printed(n *big.Int, scale int) string {
	if scale == 0 {
		return n.String()
	}
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	digits := new(big.Int).Abs(n).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}
