package encryption_test

import (
	"testing"

	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/encryption/encryptiontest"
)

func TestMemoryPassesTheSuite(t *testing.T) {
	encryptiontest.Run(t, func(*testing.T) encryptiontest.Store { return encryption.NewMemory() })
}
