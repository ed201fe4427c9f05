package cli

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"regioscope/worker/genome"
)

// openSubset reads a file of row numbers of the region set, one a line; nil rows mean all.
func openSubset(path string, regions []genome.Region) (*input, []int, error) {
	if path == "" {
		return nil, nil, nil
	}
	rows := []int{}
	in, err := openLines("subset", path, func(line string) error {
		row, err := strconv.Atoi(line)
		if err != nil || row < 0 || row >= len(regions) {
			return fmt.Errorf("%.40q is no row of the region set, 0 to %d", line, len(regions)-1)
		}
		rows = append(rows, row)
		return nil
	})
	if err == nil {
		seen := make(map[int]bool)
		for _, row := range rows {
			if seen[row] {
				in.Close()
				return nil, nil, inputf("%s: row %d is there twice", path, row)
			}
			seen[row] = true
		}
	}
	return in, rows, err
}

func subsetName(path string) string {
	if path == "" {
		return "all"
	}
	return "file"
}

// openAliases reads a table of chromosome names.
func openAliases(path string) (*input, map[string]string, error) {
	if path == "" {
		return nil, nil, nil
	}
	aliases := make(map[string]string)
	in, err := openLines("aliases", path, func(line string) error {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return fmt.Errorf("expected a name and the name it stands for, found %.60q", line)
		}
		if other, twice := aliases[fields[0]]; twice && other != fields[1] {
			return fmt.Errorf("%s stands for %s and for %s", fields[0], other, fields[1])
		}
		aliases[fields[0]] = fields[1]
		return nil
	})
	return in, aliases, err
}

// openLines hands every line that is neither blank nor a comment to fn.
func openLines(role, path string, fn func(line string) error) (*input, error) {
	in, err := openInput(role, path)
	if err != nil {
		return nil, err
	}
	scan := bufio.NewScanner(in.file)
	for n := 1; scan.Scan(); n++ {
		line := strings.TrimSpace(scan.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := fn(line); err != nil {
			in.Close()
			return nil, inputf("%s: line %d: %w", path, n, err)
		}
	}
	if err := scan.Err(); err != nil {
		in.Close()
		return nil, inputf("%s: %w", path, err)
	}
	in.startHash()
	return in, nil
}
