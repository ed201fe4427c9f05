package mail

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

var _ core.Mailer = (*SMTP)(nil)

// stand-in for a mail server: says yes to everything and writes it down; refuse is a command that it says no to.
func standIn(t *testing.T, refuse string) (addr string, got <-chan []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	out := make(chan []string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		var lines []string
		defer func() { out <- lines }()
		say := func(s string) { _, _ = c.Write([]byte(s + "\r\n")) }
		say("220 stand-in")
		for r := bufio.NewScanner(c); r.Scan(); {
			line := r.Text()
			lines = append(lines, line)
			word := strings.ToUpper(strings.SplitN(line, " ", 2)[0])
			switch {
			case refuse != "" && word == refuse:
				say("550 not here")
			case word == "EHLO":
				say("250-stand-in\r\n250 AUTH PLAIN")
			case word == "AUTH":
				say("235 welcome")
			case word == "DATA":
				say("354 go on")
				for r.Scan() && r.Text() != "." {
					lines = append(lines, r.Text())
				}
				say("250 kept")
			case word == "QUIT":
				say("221 bye")
				return
			default:
				say("250 ok")
			}
		}
	}()
	return l.Addr().String(), out
}

func TestMessage(t *testing.T) {
	addr, got := standIn(t, "")
	s, err := New("smtp://ada:p%40ss@"+addr, "Regioscope <regioscope@example.org>")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), "eve@example.org", "Größe", "Open this:\n\nhttps://site.example/reset#abc\n.\nend\n"); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(<-got, "\n")
	for _, want := range []string{"AUTH PLAIN AGFkYQBwQHNz", "MAIL FROM:<regioscope@example.org>", "RCPT TO:<eve@example.org>",
		`From: "Regioscope" <regioscope@example.org>`, "Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=", "https://site.example/reset#abc", "\n..\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Nothing that somebody typed for an address gets into the commands or the head of a message.
func TestAddressesAreNoCommands(t *testing.T) {
	s, err := New("smtp://127.0.0.1:1", "regioscope@example.org")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"eve@example.org\r\nRCPT TO:<all@example.org>", "eve@example.org>\r\nDATA", "eve", ""} {
		if err := s.Send(t.Context(), to, "x", "y"); err == nil || !strings.Contains(err.Error(), "not an address") {
			t.Errorf("%q: %v", to, err)
		}
	}
}

func TestServersThatRefuse(t *testing.T) {
	for _, word := range []string{"MAIL", "RCPT", "DATA", "AUTH"} {
		addr, _ := standIn(t, word)
		s, err := New("smtp://ada:secret@"+addr, "regioscope@example.org")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), "eve@example.org", "x", "y"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s refused: %v", word, err)
		}
	}
	// One that never answers holds nobody up for ever.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := New("smtp://"+l.Addr().String(), "regioscope@example.org")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Send(ctx, "eve@example.org", "x", "y"); err == nil {
		t.Error("a message went to a server that says nothing")
	}
}

func TestSettingsThatAreNoMailServer(t *testing.T) {
	for _, bad := range []string{"", "example.org", "http://example.org", "smtp://"} {
		if _, err := New(bad, "a@example.org"); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, err := New("smtps://example.org", "nobody"); err == nil {
		t.Error("a sender without an address was taken")
	}
}
