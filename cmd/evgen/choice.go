package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
)

// choice is a flag that takes one of a few words.
type choice struct {
	value   string
	choices []string
}

// oneOf is a choice whose first word is the default.
func oneOf(choices ...string) choice { return choice{value: choices[0], choices: choices} }

// String implements pflag.Value.
func (c *choice) String() string { return c.value }

// Type implements pflag.Value; help shows it as the form of the value.
func (c *choice) Type() string { return strings.Join(c.words(), "|") }

// words are the choices but for that of none.
func (c *choice) words() []string {
	return slices.DeleteFunc(slices.Clone(c.choices), func(word string) bool { return word == "" })
}

// Set implements pflag.Value.
func (c *choice) Set(word string) error {
	if !slices.Contains(c.choices, word) {
		return fmt.Errorf("it is one of %s%s", strings.Join(c.words(), ", "), diag.DidYouMean(word, c.words()))
	}
	c.value = word
	return nil
}

// complete offers the words to shells.
func (c *choice) complete(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return c.words(), cobra.ShellCompDirectiveNoFileComp
}
