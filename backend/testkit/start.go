package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"

	_ "github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"
)

func port(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// StartMariaDB runs a MariaDB server whose root has no password.
func StartMariaDB() (*Service, error) {
	server, err := Find("mariadbd", "mysqld")
	if err != nil {
		return nil, err
	}
	install, err := Find("mariadb-install-db", "mysql_install_db")
	if err != nil {
		return nil, err
	}
	dir, addr, err := Place("mariadb")
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	common := []string{"--no-defaults", "--datadir=" + data}
	if u, err := user.Current(); err == nil {
		common = append(common, "--user="+u.Username) // as root it would look for an account called mysql
	}
	out, err := exec.Command(install, append(common, "--auth-root-authentication-method=normal", "--skip-test-db",
		"--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0")...).CombinedOutput()
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("testkit: mariadb-install-db: %w\n%s", err, tail(out, 4000))
	}
	db, err := sql.Open("mysql", "root@tcp("+addr+")/") // stays open: it is asked anew when the server begins again
	if err != nil {
		return nil, fmt.Errorf("testkit: %w", err)
	}
	return Start(dir, addr, nil, db.Ping, server, append(common,
		"--bind-address=127.0.0.1", "--port="+port(addr), "--socket="+filepath.Join(dir, "socket"),
		"--pid-file="+filepath.Join(dir, "pid"), "--skip-name-resolve", "--skip-log-bin", "--max-connections=300",
		"--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=0",
		"--innodb-fast-shutdown=2", "--performance-schema=OFF")...)
}

// NewDatabase makes an empty database and gives its go-sql-driver DSN.
func (s *Service) NewDatabase(name string) (dsn string, drop func(), err error) {
	db, err := sql.Open("mysql", "root@tcp("+s.Addr+")/")
	if err != nil {
		return "", nil, fmt.Errorf("testkit: %w", err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4"); err != nil {
		return "", nil, fmt.Errorf("testkit: %w", err)
	}
	drop = func() {
		if db, err := sql.Open("mysql", "root@tcp("+s.Addr+")/"); err == nil {
			db.Exec("DROP DATABASE `" + name + "`")
			db.Close()
		}
	}
	return "root@tcp(" + s.Addr + ")/" + name, drop, nil
}

// StartRedis runs a Redis server that keeps nothing.
func StartRedis() (*Service, error) {
	server, err := Find("redis-server", "valkey-server")
	if err != nil {
		return nil, err
	}
	dir, addr, err := Place("redis")
	if err != nil {
		return nil, err
	}
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	return Start(dir, addr, nil, func() error { return client.Ping(context.Background()).Err() }, server,
		"--bind", "127.0.0.1", "--port", port(addr), "--save", "", "--appendonly", "no", "--dir", dir)
}

// StartNginx runs nginx with a configuration of the caller's, which must listen on the given address. render gets the
// service's folder (for pid, logs and temporary files) and address.
func StartNginx(render func(dir, addr string) (config string, err error)) (*Service, error) {
	server, err := Find("nginx")
	if err != nil {
		return nil, err
	}
	dir, addr, err := Place("nginx")
	if err != nil {
		return nil, err
	}
	config, err := render(dir, addr)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600)
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("testkit: nginx configuration: %w", err)
	}
	args := []string{"-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", filepath.Join(dir, "error.log")}
	if out, err := exec.Command(server, append(args, "-t")...).CombinedOutput(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("testkit: nginx -t: %w\n%s", err, out)
	}
	return Start(dir, addr, nil, func() error { return listens(addr) }, server, append(args, "-g", "daemon off; master_process off;")...)
}
