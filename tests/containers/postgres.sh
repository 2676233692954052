#!/bin/sh
set -e
data=/var/lib/postgresql/data
mkdir -p "$data"
chown postgres "$data"
chmod 0700 "$data"
if [ ! -e "$data/PG_VERSION" ]; then
  auth="${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}"
  echo "${POSTGRES_PASSWORD:-none}" >/tmp/password
  chmod a+r /tmp/password
  # shellcheck disable=SC2086
  runuser -u postgres -- /usr/lib/postgresql/15/bin/initdb --pgdata "$data" --username "$POSTGRES_USER" \
    --pwfile /tmp/password --auth "$auth" $POSTGRES_INITDB_ARGS
  echo "host all all all $auth" >>"$data/pg_hba.conf"
  [ "$POSTGRES_USER" = postgres ] || echo "CREATE DATABASE $POSTGRES_USER" |
    runuser -u postgres -- env PGPASSWORD="$POSTGRES_PASSWORD" /usr/lib/postgresql/15/bin/postgres --single -D "$data" template1 >/dev/null
fi
# In its own place, so that it hears the signals to the container.
exec setpriv --reuid postgres --regid postgres --init-groups \
  /usr/lib/postgresql/15/bin/postgres -D "$data" -c 'listen_addresses=*' "$@"
