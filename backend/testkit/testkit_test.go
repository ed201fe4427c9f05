package testkit

import (
	"context"
	"database/sql"
	"os"
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestMariaDBGivesEveryTestItsOwnDatabase(t *testing.T) {
	a, b := MariaDB(t), MariaDB(t)
	if a == b {
		t.Fatalf("the same database twice: %s", a)
	}
	db, err := sql.Open("mysql", a)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE x (id INT)"); err != nil {
		t.Fatal(err)
	}
}

func TestServicesLeaveNothingBehind(t *testing.T) {
	s, err := StartRedis()
	require(t, "Redis", err)
	client := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1})
	defer client.Close()
	if err := client.Ping(context.Background()).Err(); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := client.Ping(context.Background()).Err(); err == nil {
		t.Error("Redis answers after Stop")
	}
	if _, err := os.Stat(s.Dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestNginxServes(t *testing.T) {
	s := Nginx(t, func(dir, addr string) (string, error) {
		return "pid " + dir + "/pid; events {} http { access_log off; server { listen " + addr + "; return 204; } }", nil
	})
	if err := listens(s.Addr); err != nil {
		t.Error(err)
	}
}
