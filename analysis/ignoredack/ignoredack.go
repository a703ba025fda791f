// Package ignoredack finds appends, acknowledgements and commits whose error nobody looks at.
package ignoredack

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds them.
var Rule = rule.New(diag.Rule{
	ID:       "ignored-ack",
	Title:    "somebody looks at the error of an append, an acknowledgement or a commit",
	Severity: diag.Error,
	Meaning: "Looks at calls that append events (they take a stream and a cause of the runtime and return an error), that " +
		"acknowledge or refuse a message, and that commit a transaction or offsets. Their error must be used: a bare call, a blank " +
		"identifier, go and defer drop it, and so does a variable that is overwritten before anybody reads it, or compared for nothing.",
	Why: "These are the calls after which something has happened for good, or has not. An append that was refused, by a conflict " +
		"say, is a fact that is missing; a failed acknowledgement is a message that comes again; a failed commit is work that is " +
		"gone. The program goes on as if it were not so.",
	Bad: `store.Append(ctx, stream, expect, cause, placed)
return msg.Ack()`,
	Good: `if _, err := store.Append(ctx, stream, expect, cause, placed); err != nil {
	return err
}
return msg.Ack()`,
	Off: "Whatever the outcome, the program does the same: a refusal (Nak) right before the connection is closed, say.",
}, run, program.Analyzer)

func run(pass *rule.Pass) error {
	if !mayCall(pass) {
		return nil
	}
	for _, f := range program.Of(pass.Pass).Functions() {
		if !f.Pos().IsValid() || !shape.Written(pass.Pass, f.Pos()) {
			continue
		}
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					look(pass, call)
				}
			}
		}
	}
	return nil
}

// mayCall reports whether the package calls anything that the rule is about: the form that the rest needs is dear.
func mayCall(pass *rule.Pass) bool {
	found := false
	for _, file := range shape.Files(pass.Pass) {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !found {
				sig, _ := pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
				found = sig != nil && fails(sig) && (appends(sig) || settles(named(call), sig))
			}
			return !found
		})
	}
	return found
}

func named(call *ast.CallExpr) string {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.Sel.Name
	}
	return ""
}

func look(pass *rule.Pass, call ssa.CallInstruction) {
	c := call.Common()
	sig := c.Signature()
	name, what := calleeName(c), ""
	switch {
	case !fails(sig):
	case appends(sig):
		what = "nobody knows whether the events are stored"
	case settles(name, sig):
		what = "nobody knows whether it took place"
	}
	if what != "" && dropped(call) {
		pass.Report(analysis.Diagnostic{Pos: call.Pos(), Message: "the error of " + name + " is dropped: " + what})
	}
}

func calleeName(c *ssa.CallCommon) string {
	switch {
	case c.IsInvoke():
		return c.Method.Name()
	case c.StaticCallee() != nil:
		f := c.StaticCallee()
		if f.Object() != nil {
			return f.Object().Name()
		}
		return f.Name()
	}
	return "the append"
}

// fails reports whether a function returns an error, as its last result.
func fails(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && types.Identical(sig.Results().At(n-1).Type(), types.Universe.Lookup("error").Type())
}

// appends reports whether a function takes what every append takes: the name of a stream, and a cause.
func appends(sig *types.Signature) bool {
	stream, cause := false, false
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		if s, ok := t.(*types.Slice); ok && shape.IsRuntime(s.Elem(), "Appending") {
			return true
		}
		stream = stream || shape.IsRuntime(t, "StreamID")
		cause = cause || shape.IsRuntime(t, "Cause")
	}
	return stream && cause
}

// settling are the methods by which clients of brokers and of databases say that something is done, or is not.
var settling = []string{
	"Ack", "AckSync", "DoubleAck", "Nak", "NakWithDelay", "Nack", "Reject", "Term", "TermWithReason",
	"Commit", "CommitTx", "CommitRecords", "CommitMessage", "CommitMessages", "CommitOffsets", "CommitUncommittedOffsets",
}

// settles reports whether a method of that name and signature is one of them: it returns an error, perhaps behind what
// was committed, and takes what the caller has at hand, but no text, as the commit of a version control system does.
func settles(name string, sig *types.Signature) bool {
	if !slices.Contains(settling, name) || sig.Results().Len() > 2 {
		return false
	}
	for i := range sig.Params().Len() {
		if b, ok := sig.Params().At(i).Type().Underlying().(*types.Basic); ok && b.Kind() == types.String && name != "TermWithReason" {
			return false
		}
	}
	return true
}

// dropped reports whether nothing reads the error of a call.
func dropped(call ssa.CallInstruction) bool {
	v, ok := call.(*ssa.Call)
	if !ok {
		return true // go, defer
	}
	last := call.Common().Signature().Results().Len() - 1
	if last == 0 {
		return unread(v)
	}
	for _, ref := range *v.Referrers() {
		switch r := ref.(type) {
		case *ssa.Extract:
			if r.Index == last && !unread(r) {
				return false
			}
		case *ssa.DebugRef:
		default: // return f(): all results at once
			return false
		}
	}
	return true
}

// unread reports whether no instruction uses a value. One that only joins paths counts if what it joins is used.
func unread(v ssa.Value) bool { return !used(v, map[ssa.Value]bool{}) }

func used(v ssa.Value, seen map[ssa.Value]bool) bool {
	if seen[v] {
		return false
	}
	seen[v] = true
	for _, ref := range *v.Referrers() {
		switch r := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Phi:
			if used(r, seen) {
				return true
			}
		case *ssa.BinOp:
			if !decidesNothing(r) {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// decidesNothing reports whether a comparison leads to the same place, whatever comes of it: if err != nil {}.
func decidesNothing(cond *ssa.BinOp) bool {
	for _, ref := range *cond.Referrers() {
		branch, ok := ref.(*ssa.If)
		if !ok {
			return false
		}
		yes, no := landing(branch.Block().Succs[0]), landing(branch.Block().Succs[1])
		if _, joins := yes.Instrs[0].(*ssa.Phi); joins || yes != no {
			return false
		}
	}
	return true
}

// landing is the first block from b on that does something.
func landing(b *ssa.BasicBlock) *ssa.BasicBlock {
	for len(b.Instrs) == 1 && len(b.Succs) == 1 {
		b = b.Succs[0]
	}
	return b
}
