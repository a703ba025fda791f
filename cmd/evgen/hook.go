package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/cmd/evgen/internal/hook"
	"github.com/evgen/evgen/schema/origin"
)

// hooking is one `evgen hook install`, uninstall or status.
type hooking struct{ *invocation }

func hookCommand(inv *invocation) *cobra.Command {
	h := hooking{inv}
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Check staged schemas before each commit",
		Long: `Hook manages a pre-commit hook of git that runs evgen check --staged: it looks at
what will be committed, not at the working tree, and only if schemas are staged.

A hook that is there already is kept: it is renamed to pre-commit.before-evgen and
runs first. core.hooksPath, linked worktrees, submodules, several modules in one
repository, husky and the pre-commit framework are heeded. On Windows, Git for
Windows brings the shell that the hook needs.

For the pre-commit framework there is also .pre-commit-hooks.yaml, with the hook
evgen-check; for lefthook, add evgen check --staged to lefthook.yml.`,
		Example: `  evgen hook install
  evgen hook status
  evgen hook uninstall`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		h.command("install", "Install the hook for this module", h.install,
			"Install makes git check the staged schemas of this module before each commit. A\nsecond run changes nothing. A hook that was edited by hand is left alone."),
		h.command("uninstall", "Remove the hook, and put the former one back", h.uninstall,
			"Uninstall removes the hook, and puts the one that was there before back, as it was.\nWhile other modules of the repository use the hook, it stays for them."),
		h.command("status", "Say whether the hook is installed", h.status,
			"Status says whether commits check this module, and which file does. It exits with 1\nwhen none does."),
	)
	return cmd
}

func (h hooking) command(name, short string, act func(*hook.Site) error, long string) *cobra.Command {
	return &cobra.Command{
		Use: name, Short: short, Long: long,
		Example: "  evgen hook " + name,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			site, err := h.site(cmd.Context())
			if err == nil {
				err = act(site)
			}
			return explainHook(err)
		},
	}
}

// site is where the hook of the module goes.
func (h hooking) site(ctx context.Context) (*hook.Site, error) {
	dir, err := h.workDir()
	if err != nil {
		return nil, err
	}
	mod, err := gomod.Find(dir)
	if err != nil {
		return nil, err
	}
	return hook.Find(ctx, origin.NewGit(mod.Root, h.dir, os.Environ()))
}

func (h hooking) install(s *hook.Site) error {
	done, err := s.Install()
	switch {
	case err != nil:
		return err
	case !done.Changed:
		return h.say("installed already: %s\n", s.Shown(done.Path))
	}
	if done.Former != "" {
		if err := h.say("kept the former hook, which runs first: %s\n", s.Shown(done.Former)); err != nil {
			return err
		}
	}
	if s.Shared {
		return h.say("installed: %s; commit it, and all who use the repository have it\n", s.Shown(done.Path))
	}
	return h.say("installed: %s\n", s.Shown(done.Path))
}

func (h hooking) uninstall(s *hook.Site) error {
	done, err := s.Uninstall()
	switch {
	case err != nil:
		return err
	case !done.Changed:
		return h.say("not installed for module %q: nothing to do\n", s.Module)
	case done.Former == done.Path:
		return h.say("uninstalled; the former hook is back: %s\n", s.Shown(done.Path))
	case done.Former != "":
		return h.say("uninstalled; an old hook of the pre-commit framework is left, delete it: %s\n", s.Shown(done.Former))
	default:
		return h.say("uninstalled: %s\n", s.Shown(done.Path))
	}
}

func (h hooking) status(s *hook.Site) error {
	path, installed, err := s.Installed()
	switch {
	case err != nil:
		return err
	case installed:
		return h.say("installed for module %q: %s\n", s.Module, s.Shown(path))
	}
	if err := h.say("not installed for module %q; `evgen hook install` does it\n", s.Module); err != nil {
		return err
	}
	return errFindings
}

func (h hooking) say(format string, args ...any) error {
	_, err := fmt.Fprintf(h.stdout, format, args...)
	return err
}

// explainHook adds the way out to why a hook is left alone.
func explainHook(err error) error {
	for _, known := range []struct {
		err  error
		help string
	}{
		{hook.ErrEdited, "move what was added into a script of its own, delete the hook, and install it again"},
		{hook.ErrNewer, "update evgen"},
		{hook.ErrElsewhere, "that directory may serve other repositories, too; run `evgen check --staged` in its hook, or give this repository its own: git config core.hooksPath .githooks"},
		{hook.ErrManaged, "it would replace the hook; add to lefthook.yml: {pre-commit: {commands: {evgen: {run: evgen check --staged}}}}"},
		{hook.ErrInTheWay, "no hook of evgen calls it; look at it, and delete or rename it"},
		{hook.ErrStrange, "evgen leaves it alone"},
		{hook.ErrName, "rename the directory"},
	} {
		if errors.Is(err, known.err) {
			return fmt.Errorf("%w; %s", err, known.help)
		}
	}
	return err
}
