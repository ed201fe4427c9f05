package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"regioscope/backend/config"
	"regioscope/backend/core"
)

// adminUser changes accounts. Passwords come from standard input, so that they stand neither in the list of processes nor
// in the history of the shell.
func adminUser(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) error {
	names, flags := words(args)
	role := core.RoleUser
	if at := slices.Index(flags, "--admin"); at >= 0 {
		role, flags = core.RoleAdmin, slices.Delete(slices.Clone(flags), at, at+1)
	}
	want := map[string]int{"list": 1, "add": 2, "passwd": 2, "disable": 2, "enable": 2, "role": 3}
	if len(names) == 0 || want[names[0]] != len(names) || role == core.RoleAdmin && names[0] != "add" {
		return errUsage
	}
	i, closing, err := openInstallation(ctx, config.Admin, flags, environ, stderr)
	defer closing()
	if err != nil {
		return err
	}
	switch action := names[0]; action {
	case "list":
		return i.listUsers(ctx, stdout)
	case "add", "passwd":
		var password string
		if password, err = readPassword(stdin, stderr, names[1]); err != nil {
			return err
		}
		if action == "passwd" {
			err = i.accounts.SetPassword(ctx, names[1], password)
		} else {
			_, err = i.accounts.AddUser(ctx, names[1], password, role)
		}
	case "disable", "enable":
		disabled := action == "disable"
		err = i.patchUser(ctx, names[1], core.UserPatch{Disabled: &disabled})
	case "role":
		role := core.Role(names[2])
		err = i.patchUser(ctx, names[1], core.UserPatch{Role: &role})
	}
	if err == nil {
		fmt.Fprintln(stdout, "done")
	}
	return err
}

func readPassword(stdin io.Reader, stderr io.Writer, name string) (string, error) {
	fmt.Fprintf(stderr, "password of %s, one line: ", name)
	line, err := bufio.NewReader(stdin).ReadString('\n')
	if err != nil && line == "" {
		return "", fmt.Errorf("no password was given on standard input")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func (i *installation) patchUser(ctx context.Context, name string, p core.UserPatch) error {
	u, err := i.db.Users().ByName(ctx, name)
	if err != nil {
		return fmt.Errorf("no such user: %s", name)
	}
	_, err = i.accounts.PatchUser(ctx, core.CommandLine, u.ID, p)
	return err
}

func (i *installation) listUsers(ctx context.Context, stdout io.Writer) error {
	w := tabwriter.NewWriter(stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "user\trole\tstate\te-mail\tlast seen")
	f := core.UserFilter{Limit: 1000}
	for {
		page, err := i.accounts.Users(ctx, core.CommandLine, f)
		if err != nil {
			return err
		}
		for _, u := range page {
			state, seen := "active", "never"
			if u.Disabled {
				state = "disabled"
			} else if u.Unconfirmed {
				state = "not confirmed"
			}
			if u.LastSeenAt != nil {
				seen = u.LastSeenAt.UTC().Format("2006-01-02 15:04")
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.Username, u.Role, state, u.Email, seen)
			f.AfterID = u.ID
		}
		if len(page) < f.Limit {
			return w.Flush()
		}
	}
}
