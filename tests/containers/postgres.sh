#!/bin/sh
set -e
data=/var/lib/postgresql/data
chown postgres "$data"
chmod 0700 "$data"
if [ ! -e "$data/PG_VERSION" ]; then
  echo "$POSTGRES_PASSWORD" >/tmp/password
  chmod a+r /tmp/password
  # shellcheck disable=SC2086
  runuser -u postgres -- /usr/lib/postgresql/15/bin/initdb --pgdata "$data" --username "$POSTGRES_USER" \
    --pwfile /tmp/password --auth scram-sha-256 $POSTGRES_INITDB_ARGS
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_USER" |
    runuser -u postgres -- env PGPASSWORD="$POSTGRES_PASSWORD" /usr/lib/postgresql/15/bin/postgres --single -D "$data" template1 >/dev/null
fi
exec runuser -u postgres -- /usr/lib/postgresql/15/bin/postgres -D "$data" -c 'listen_addresses=*'
