package origin_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/evgen/evgen/schema/origin"
)

// probeModule is set where the test binary is run as a git hook; it names the root of the module.
const probeModule = "EVGEN_TEST_HOOK_MODULE"

func TestMain(m *testing.M) {
	if module := os.Getenv(probeModule); module != "" {
		os.Exit(probe(module))
	}
	os.Exit(m.Run())
}

// probe prints what is staged of schema/a.yaml, in the environment that git gave the hook.
func probe(module string) int {
	content, err := stagedContent(module)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Print(string(content))
	return 0
}

func stagedContent(module string) ([]byte, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	tree, err := origin.Index(origin.NewGit(module, cwd, os.Environ())).Read(context.Background(), schemaDir)
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(tree.FS, "schema/a.yaml")
}
