package fetch

import (
	"context"
	"net/url"
	"strings"

	"regioscope/backend/core"
)

// connector is one language of repositories: it finds a file by its accession.
type connector interface {
	find(ctx context.Context, ask ask, accession string) (*core.RemoteFile, error)
}

// ask reads JSON at a path of the repository.
type ask func(ctx context.Context, path string, to any) error

var connectors = map[string]connector{"4dn": fourDN{}, "encode": encode{}}

// Describe implements core.Remote.
func (c *Client) Describe(ctx context.Context, r core.Repository, accession string, key *core.Credential) (*core.RemoteFile, error) {
	k, ok := connectors[r.Connector]
	base, err := url.Parse(r.BaseURL)
	if !ok || err != nil {
		return nil, core.Final(core.Errorf(core.CodeState, "The repository %s is not configured well. Tell the administrator.", r.Name))
	}
	f, err := k.find(ctx, func(ctx context.Context, path string, to any) error {
		return c.getJSON(ctx, r.BaseURL+path, key, base.Host, to)
	}, accession)
	if err != nil {
		return nil, err
	}
	if f.URL, err = resolve(base, f.URL); err != nil {
		return nil, err
	}
	if f.Page != "" {
		f.Page = strings.TrimRight(r.BaseURL, "/") + f.Page
	}
	f.Accession, f.FileName = accession, cleanName(f.FileName)
	if f.Kind == "" {
		return nil, core.Final(core.Errorf(core.CodeBadFile, "%s is a %s file, which cannot be shown here. Choose a BED, BEDPE, bigWig or .mcool file%s.",
			accession, firstOf(f.Format, "unknown"), adviceFor(f.Format)))
	}
	return f, nil
}

func resolve(base *url.URL, text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || text == "" {
		return "", core.Final(core.Errorf(core.CodeBadRemote, "The repository does not say where the file is; it may not be released yet."))
	}
	return base.ResolveReference(u).String(), nil
}

func adviceFor(format string) string {
	if strings.EqualFold(format, "hic") {
		return "; a .hic file can be converted with hic2cool or hictk and then uploaded"
	}
	return ""
}

// kindOfFormat knows the formats of both repositories.
func kindOfFormat(format string) core.Kind {
	switch strings.ToLower(format) {
	case "bed", "bedpe":
		return core.KindRegions
	case "bw", "bigwig":
		return core.KindSignal
	case "mcool", "cool":
		return core.KindContacts
	}
	return ""
}

// fourDN is the 4DN Data Portal (its REST API is documented at /help/user-guide/rest-api of the portal).
type fourDN struct{}

type fourDNFile struct {
	ID           string `json:"@id"`
	Accession    string `json:"accession"`
	Title        string `json:"display_title"`
	Href         string `json:"href"`
	OpenURL      string `json:"open_data_url"`
	MD5          string `json:"md5sum"`
	Size         int64  `json:"file_size"`
	Assembly     string `json:"genome_assembly"`
	Description  string `json:"description"`
	FileTypeLong string `json:"file_type_detailed"`
	FileFormat   struct {
		Format string `json:"file_format"`
	} `json:"file_format"`
	Facets struct {
		Dataset    string `json:"dataset"`
		Condition  string `json:"condition"`
		Biosource  string `json:"biosource_name"`
		Experiment string `json:"experiment_type"`
		Lab        string `json:"experimental_lab"`
		Assay      string `json:"assay_info"`
		Replicate  string `json:"replicate_info"`
	} `json:"track_and_facet_info"`
}

func (fourDN) find(ctx context.Context, ask ask, accession string) (*core.RemoteFile, error) {
	var f fourDNFile
	if err := ask(ctx, "/"+url.PathEscape(accession)+"/?format=json", &f); err != nil {
		return nil, err
	}
	x := f.Facets
	return &core.RemoteFile{
		// The open copy needs no access key.
		URL: firstOf(f.OpenURL, f.Href), FileName: firstOf(f.Title, accession), Size: f.Size, MD5: f.MD5, Format: f.FileFormat.Format,
		Kind: kindOfFormat(f.FileFormat.Format), Assembly: f.Assembly, Page: f.ID, CellType: x.Biosource,
		Name:        firstOf(x.Dataset, f.Description, f.Title, accession),
		Description: sentences(x.Condition, x.Experiment, x.Assay, x.Replicate, x.Lab, f.FileTypeLong, "4D Nucleome "+accession),
	}, nil
}

// encode is the ENCODE portal (its REST API is documented at /help/rest-api of the portal).
type encode struct{}

type encodeFile struct {
	ID         string `json:"@id"`
	Accession  string `json:"accession"`
	Href       string `json:"href"`
	MD5        string `json:"md5sum"`
	Size       int64  `json:"file_size"`
	Assembly   string `json:"assembly"`
	Format     string `json:"file_format"`
	FormatType string `json:"file_format_type"`
	Output     string `json:"output_type"`
	Assay      string `json:"assay_title"`
	AssayTerm  string `json:"assay_term_name"`
	Biosample  struct {
		Term string `json:"term_name"`
	} `json:"biosample_ontology"`
	Summary string `json:"simple_biosample_summary"`
	Target  struct {
		Label string `json:"label"`
	} `json:"target"`
	Lab struct {
		Title string `json:"title"`
	} `json:"lab"`
	Dataset    string `json:"dataset"`
	Replicates []int  `json:"biological_replicates"`
	Cloud      struct {
		URL string `json:"url"`
	} `json:"cloud_metadata"`
}

func (encode) find(ctx context.Context, ask ask, accession string) (*core.RemoteFile, error) {
	var f encodeFile
	if err := ask(ctx, "/files/"+url.PathEscape(accession)+"/?format=json", &f); err != nil {
		return nil, err
	}
	experiment := strings.Trim(strings.TrimPrefix(f.Dataset, "/experiments/"), "/")
	assay := firstOf(f.Assay, f.AssayTerm)
	return &core.RemoteFile{
		URL: firstOf(f.Href, f.Cloud.URL), FileName: lastPart(firstOf(f.Href, accession)), Size: f.Size, MD5: f.MD5, Format: f.Format,
		Kind: kindOfFormat(f.Format), Assembly: f.Assembly, Page: f.ID, CellType: f.Biosample.Term, Perturbation: perturbation(f.Summary),
		Name:        firstOf(strings.Join(words(f.Target.Label, assay, f.Biosample.Term), " "), accession),
		Description: sentences(f.Output, f.FormatType, f.Summary, f.Lab.Title, strings.Join(words("ENCODE", accession, experiment), " ")),
	}, nil
}

// perturbation is the part of ENCODE's summary that tells of a treatment.
func perturbation(summary string) string {
	if i := strings.Index(summary, "treated with"); i >= 0 {
		return strings.TrimSpace(summary[i:])
	}
	return ""
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

func words(list ...string) (out []string) {
	for _, w := range list {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// sentences joins what is known, without repetitions.
func sentences(list ...string) string {
	var out []string
	seen := map[string]bool{}
	for _, w := range words(list...) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return strings.Join(out, "; ")
}

func firstOf(list ...string) string {
	if w := words(list...); len(w) > 0 {
		return w[0]
	}
	return ""
}
