package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"regioscope/backend/auth"
	"regioscope/backend/config"
	"regioscope/backend/core"
)

// admin changes accounts from the command line. Passwords come from standard input, so that they stand neither in the
// list of processes nor in the history of the shell.
func admin(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) < 3 || args[0] != "user" {
		return errUsage
	}
	action, name, role := args[1], args[2], core.RoleUser
	var flags []string
	for _, a := range args[3:] {
		if a == "--admin" {
			role = core.RoleAdmin
		} else {
			flags = append(flags, a)
		}
	}
	cfg, rest, err := config.Load(config.Admin, flags, environ, stderr)
	if err != nil {
		return err
	}
	if len(rest) > 0 || (action != "add" && action != "passwd") {
		return errUsage
	}
	db, err := openStore(ctx, cfg.Database, slog.New(cfg.Logger(stderr).Handler()))
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Fprintf(stderr, "password of %s, one line: ", name)
	line, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil && line == "" {
		return fmt.Errorf("no password was given on standard input")
	}
	password := strings.TrimRight(line, "\r\n")
	accounts := core.NewAccounts(db, auth.NewPasswords(), nil, nil)
	if action == "passwd" {
		err = accounts.SetPassword(ctx, name, password)
	} else {
		_, err = accounts.AddUser(ctx, name, password, role)
	}
	if err == nil {
		fmt.Fprintln(stdout, "done")
	}
	return err
}
