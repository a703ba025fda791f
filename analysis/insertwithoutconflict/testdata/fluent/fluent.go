// Package fluent has functions that call each other in many ways, as fluent libraries do: to follow all would take for ever.
package fluent

import (
	"context"
	"database/sql"
)

// F0 reads, by way of others.
func F0(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F1(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F5(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F7(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F1 reads, by way of others.
func F1(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F2(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F6(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F8(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F2 reads, by way of others.
func F2(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F3(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F7(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F9(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F3 reads, by way of others.
func F3(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F4(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F8(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F10(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F4 reads, by way of others.
func F4(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F5(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F9(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F11(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F5 reads, by way of others.
func F5(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F6(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F10(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F12(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F6 reads, by way of others.
func F6(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F7(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F11(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F13(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F7 reads, by way of others.
func F7(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F8(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F12(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F14(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F8 reads, by way of others.
func F8(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F9(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F13(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F15(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F9 reads, by way of others.
func F9(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F10(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F14(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F16(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F10 reads, by way of others.
func F10(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F11(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F15(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F17(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F11 reads, by way of others.
func F11(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F12(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F16(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F18(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F12 reads, by way of others.
func F12(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F13(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F17(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F19(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F13 reads, by way of others.
func F13(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F14(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F18(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F20(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F14 reads, by way of others.
func F14(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F15(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F19(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F21(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F15 reads, by way of others.
func F15(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F16(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F20(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F22(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F16 reads, by way of others.
func F16(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F17(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F21(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F23(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F17 reads, by way of others.
func F17(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F18(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F22(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F0(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F18 reads, by way of others.
func F18(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F19(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F23(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F1(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F19 reads, by way of others.
func F19(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F20(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F0(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F2(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F20 reads, by way of others.
func F20(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F21(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F1(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F3(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F21 reads, by way of others.
func F21(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F22(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F2(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F4(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F22 reads, by way of others.
func F22(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F23(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F3(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F5(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}

// F23 reads, by way of others.
func F23(ctx context.Context, tx *sql.Tx, text string, n int) (total int, err error) {
	if n > 0 {
		if total, err = F0(ctx, tx, text+" ", n-1); err != nil {
			return total, err
		}
		if total, err = F4(ctx, tx, text+" ", n-5); err != nil {
			return total, err
		}
		if total, err = F6(ctx, tx, text+" ", n-7); err != nil {
			return total, err
		}
	}
	err = tx.QueryRowContext(ctx, text).Scan(&total)
	return total + 1, err
}
