// Package mail sends plain text by SMTP. It implements core.Mailer.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strings"
	"time"
)

// SMTP is a mail server.
type SMTP struct {
	host, addr string
	auth       smtp.Auth
	implicit   bool // TLS from the first byte
	from       mail.Address
	tls        *tls.Config
}

// New reads smtp://USER:PASSWORD@HOST:PORT (STARTTLS where the server offers it, and always before a password is sent) or
// smtps://… (TLS from the start), and the address that messages come from.
func New(server, from string) (*SMTP, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errors.New("the mail server is not smtp://USER:PASSWORD@HOST:PORT or smtps://…")
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("the sender of mails is not an address: %w", err)
	}
	s := &SMTP{host: u.Hostname(), implicit: u.Scheme == "smtps", from: *sender, tls: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}}
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "587", true: "465"}[s.implicit]
	}
	s.addr = net.JoinHostPort(s.host, port)
	if password, ok := u.User.Password(); ok {
		// PlainAuth itself refuses to send the password to another machine without TLS.
		s.auth = smtp.PlainAuth("", u.User.Username(), password, s.host)
	}
	return s, nil
}

// Send delivers one message to the server, which does the rest.
func (s *SMTP) Send(ctx context.Context, to, subject, text string) error {
	receiver, err := mail.ParseAddress(to)
	if err != nil {
		return fmt.Errorf("mail: the receiver is not an address: %w", err)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end)
	}
	if s.implicit {
		conn = tls.Client(conn, s.tls)
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	defer c.Close()
	if ok, _ := c.Extension("STARTTLS"); ok && !s.implicit {
		if err := c.StartTLS(s.tls); err != nil {
			return fmt.Errorf("mail: STARTTLS: %w", err)
		}
	}
	if s.auth != nil {
		if err := c.Auth(s.auth); err != nil {
			return fmt.Errorf("mail: sign in: %w", err)
		}
	}
	if err := errors.Join(c.Mail(s.from.Address), c.Rcpt(receiver.Address)); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if _, err := w.Write(s.message(receiver, subject, text)); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return c.Quit()
}

func (s *SMTP) message(to *mail.Address, subject, text string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\n", s.from.String(), to.String(),
		mime.QEncoding.Encode("utf-8", subject), time.Now().Format(time.RFC1123Z))
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n\r\n")
	q := quotedprintable.NewWriter(&b)
	_, _ = q.Write([]byte(text)) // a Builder takes everything
	_ = q.Close()
	return []byte(b.String())
}
