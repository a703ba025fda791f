package goname

import "testing"

func TestExportedFollowsGoStyle(t *testing.T) {
	for name, want := range map[string]string{
		"memory_id": "MemoryID", "createdAt": "CreatedAt", "tcp-A": "TCPA", "tcpA": "TCPA", "$schema": "Schema", "+1": "X1",
		"html_url": "HTMLURL", "2fa": "X2fa", "": "", "***": "", "über": "Über", "日本": "X日本", "URL": "URL", "node_ids": "NodeIDs",
	} {
		if got := Exported(name); got != want {
			t.Errorf("Exported(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSnakeNamesFiles(t *testing.T) {
	for name, want := range map[string]string{"MemoryCreated": "memory_created", "HTTPServer": "http_server", "V2Ready": "v2_ready", "A": "a"} {
		if got := Snake(name); got != want {
			t.Errorf("Snake(%q) = %q, want %q", name, got, want)
		}
	}
}
