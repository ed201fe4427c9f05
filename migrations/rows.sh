# Read by the MySQL image when its volume is new (docker-compose.yml): the account of servers and workers, which read and
# write rows. Only the owner, MYSQL_USER, changes tables.
docker_process_sql <<SQL
CREATE USER 'regioscope'@'%' IDENTIFIED BY '${ROWS_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON regioscope.* TO 'regioscope'@'%';
SQL
