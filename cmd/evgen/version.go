package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand(inv *invocation) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of evgen",
		Long: `Version prints the version of evgen, the revision it was built from, and the Go
version that built it.`,
		Example: "  evgen version\n  evgen --version",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(inv.stdout, readVersion())
			return err
		},
	}
}

// version says which evgen this is.
type version struct {
	Version  string // "v1.2.3", or "devel"
	Revision string // of version control, with "+dirty" when files were changed; may be empty
	Go       string
}

// String is the line that `evgen version` prints.
func (v version) String() string {
	revision := ""
	if v.Revision != "" {
		revision = " " + v.Revision
	}
	return fmt.Sprintf("evgen %s%s (%s, %s/%s)", v.Version, revision, v.Go, runtime.GOOS, runtime.GOARCH)
}

// readVersion reads what the go command recorded in the binary.
func readVersion() version {
	v := version{Version: "devel", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if built := moduleVersion(info); built != "" && built != "(devel)" {
		v.Version = built
	}
	v.Revision = revision(info.Settings)
	return v
}

// moduleVersion is the version of evgen's module, whichever module is the main one.
func moduleVersion(info *debug.BuildInfo) string {
	if info.Main.Path == modulePath {
		return info.Main.Version
	}
	for _, dep := range info.Deps {
		if dep.Path == modulePath && dep.Replace == nil {
			return dep.Version
		}
	}
	return ""
}

// modulePath is evgen's own module.
const modulePath = "github.com/evgen/evgen"

func revision(settings []debug.BuildSetting) string {
	var name, dirty string
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			name = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if name == "" {
		return ""
	}
	return name + dirty
}
