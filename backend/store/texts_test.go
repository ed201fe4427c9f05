package store

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fieldsOfPeople are the columns that hold texts which people write, with what they are called in the browser test that
// shows all of them (frontend/e2e/xss.spec.ts).
var fieldsOfPeople = map[string]string{
	"users.username": "user", "assemblies.name": "assembly", "assemblies.organism": "organism",
	"datasets.name": "dataset", "datasets.description": "description", "datasets.tags": "tag", "dataset_tags.tag": "tag",
	"datasets.cell_type": "cell", "datasets.perturbation": "perturbation", "datasets.sample_id": "sample", "datasets.name_key": "dataset",
	"datasets.search_text": "description", "dataset_parents.parent_name": "dataset",
	"sessions.name": "session", "sessions.document": "panel", "session_versions.name": "session", "session_versions.document": "panel", "drafts.document": "panel", "session_links.name": "link",
	"user_groups.name": "group", "user_groups.name_key": "group", "user_groups.description": "group-description",
	"sign_ins.agent": "browser", "api_tokens.name": "token", "invitations.note": "note",
	"repositories.name": "repository", "repositories.browse_url": "browse", "saved_views.name": "view", "saved_views.document": "view",
	"annotations.name": "annotation", "annotations.file_name": "annotation-file", "genes.name": "gene", "genes.name_key": "gene",
	"genes.gene_id": "gene-id", "genes.gene_id_key": "gene-id", "genes.biotype": "biotype",
	"region_tables.name": "table", "region_columns.name": "column", "region_columns.source": "value",
	"changes.target": "repository", "notifications.title": "dataset", "notifications.body": "dataset",
}

// elsewhere are other columns of texts: made by the program, of few words that are checked, or looked at by the tests named.
var elsewhere = map[string]string{
	"users":       "username_key email role password_hash",             // addresses: TestHostileTextsStayText, auth
	"datasets":    "kind state error size_type file_name sha256 facts", // file names: TestHostileTextsStayText
	"assemblies":  "chroms arms aliases",                               // names of chromosomes are checked when they are read
	"runs":        "pipeline queue state message error_code error_text params run_key active_key worker made request_id trace",
	"results":     "pipeline value side shape unavailable manifest_hash manifest ledger", // of names of datasets and columns
	"invitations": "email role token_hash", "repositories": "connector base_url accession_pattern",
	"uploads": "id file_name sha256 fingerprint meta", "imports": "url accession md5 sha256", "repository_keys": "key_id secret",
	"region_tables": "file_name state sha256 values_sha256 facts", "region_columns": "type",
	"annotations": "state format sha256 facts", "genes": "chrom strand exons",
	"refresh_tokens": "family token_hash", "sign_ins": "family ip", "api_tokens": "token_hash hint scope",
	"session_links": "token_hash role", "mail_tokens": "purpose email token_hash", "access_grants": "level",
	"dataset_origins": "operation params", "saved_views": "page", "notifications": "kind link", "notification_mutes": "kind",
	"result_arrays": "name shape dtype sha256", "settings": "name value", "pipelines": "pipeline queue", "pipeline_grid": "pipeline",
	"leases": "name holder", "preferences": "theme sequential_map diverging_map", "run_logs": "worker entries request_id", "queues": "name mode",
	"changes": "user_name kind before_json after_json", "workers": "name report",
}

// A new column of texts must be looked at in the browser, or be said to hold nothing that people write.
func TestEveryTextOfPeopleIsLookedAt(t *testing.T) {
	spec, err := os.ReadFile("../../frontend/e2e/xss.spec.ts")
	check(t, err)
	s, err := Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "db"))
	check(t, err)
	defer s.Close()
	check(t, s.MigrateUp(t.Context()))
	var rows []struct{ Table, Column, Type string }
	check(t, s.root.NewRaw(`SELECT m.name AS "table", c.name AS "column", c.type AS "type" FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'`).Scan(t.Context(), &rows))
	texts := regexp.MustCompile(`(?i)char|text|clob`)
	seen := map[string]bool{}
	for _, r := range rows {
		name := r.Table + "." + r.Column
		if !texts.MatchString(r.Type) {
			continue
		}
		seen[name] = true
		field, ours := fieldsOfPeople[name]
		switch {
		case ours && !strings.Contains(string(spec), "'"+field+"'") && !strings.Contains(string(spec), "xss-"+field):
			t.Errorf("%s is not looked at: xss.spec.ts has no field %q", name, field)
		case !ours && !slices.Contains(strings.Fields(elsewhere[r.Table]), r.Column):
			t.Errorf("%s holds a text: is it written by people? Then show it in xss.spec.ts", name)
		}
	}
	for name := range fieldsOfPeople {
		if !seen[name] {
			t.Errorf("there is no column %s any more", name)
		}
	}
}
