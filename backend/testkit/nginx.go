package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// NginxConfig makes a whole configuration around the template in the folder nginx of the module, as the nginx image does
// with its own. dir is for everything that nginx writes; listen and tls are what the template calls so.
func NginxConfig(module, dir, listen, tls string, upstreams ...string) (string, error) {
	template, err := os.ReadFile(filepath.Join(module, "nginx", "regioscope.conf.template"))
	if err != nil {
		return "", err
	}
	var servers []string
	for _, u := range upstreams {
		servers = append(servers, "server "+u+";")
	}
	site := strings.NewReplacer("${REGIOSCOPE_UPSTREAMS}", strings.Join(servers, " "), "${REGIOSCOPE_NGINX_LISTEN}", listen,
		"${REGIOSCOPE_NGINX_TLS}", tls).Replace(string(template))
	var temp strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temp, "%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	return fmt.Sprintf("pid %s/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n%s\n%s\n}\n", dir, temp.String(), site), nil
}
