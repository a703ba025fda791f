package main

import (
	"github.com/spf13/cobra"
)

func schemaCommand(inv *invocation) *cobra.Command { return &cobra.Command{Use: "schema"} }
func initCommand(inv *invocation) *cobra.Command { return &cobra.Command{Use: "init"} }
func formatCommand(inv *invocation) *cobra.Command { return &cobra.Command{Use: "fmt"} }
func evolveCommand(inv *invocation) *cobra.Command { return &cobra.Command{Use: "evolve"} }
func importCommand(inv *invocation) *cobra.Command { return &cobra.Command{Use: "import"} }
