package goname_test

import (
	"testing"

	"github.com/evgen/evgen/schema/goname"
)

func TestFilesAreCompiledEverywhere(t *testing.T) {
	for snake, want := range map[string]string{
		"orders": "orders", "linux": "linux", "linux_orders": "linux_orders", "orders_unix": "orders_unix", "upcast_custom": "upcast_custom",
		"orders_linux": "orders_linux_", "orders_amd64": "orders_amd64_", "orders_windows_arm64": "orders_windows_arm64_",
		"orders_test": "orders_test_", "orders_js_test": "orders_js_test_",
	} {
		if got := goname.File(snake); got != want {
			t.Errorf("%s is in %s, want %s", snake, got, want)
		}
	}
}
