#!/usr/bin/env bash
# PostgreSQL on loopback, without a password. A server that already answers so on port 5432 is used as it is; else a cluster
# of our own is made from Debian's package (as root) on port 5433 (POSTGRES_PORT), in /var/lib/postgresql/slipwatch-tests.
#
#   tests/servers/postgres.sh up|stop|status|env        (stop ends our own cluster only)
set -euo pipefail
port=${POSTGRES_PORT:-5433}
data=/var/lib/postgresql/slipwatch-tests
usual=postgresql://postgres@127.0.0.1:5432/postgres
own=postgresql://postgres@127.0.0.1:$port/postgres

answers() { command -v psql >/dev/null && PGCONNECT_TIMEOUT=3 psql --no-password --quiet --command '' "$1" 2>/dev/null; }
as_postgres() { (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@"); }
find_bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1; }

up() {
    if answers "$usual" || answers "$own"; then return; fi
    if ! ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql >/tmp/apt-postgresql.log 2>&1 ||
            { tail -n 20 /tmp/apt-postgresql.log >&2; exit 1; }
    fi
    if [ ! -s "$data/PG_VERSION" ]; then
        as_postgres "$(find_bin)/initdb" --pgdata "$data" --auth trust --encoding UTF8 --locale C.UTF-8 >/dev/null
    fi
    as_postgres "$(find_bin)/pg_ctl" start --wait --silent --pgdata "$data" --log "$data/server.log" \
        --options "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=''" </dev/null
}

case ${1:-up} in
    up) up ;;
    stop) if [ -s "$data/postmaster.pid" ]; then as_postgres "$(find_bin)/pg_ctl" stop --silent --mode fast --pgdata "$data"; fi ;;
    status) if answers "$usual"; then echo "PostgreSQL $usual"; elif answers "$own"; then echo "PostgreSQL $own"; else exit 1; fi ;;
    env) if answers "$usual"; then own=$usual; fi; echo "export SLIPWATCH_TEST_POSTGRES_URL=$own" ;;
    *) echo "usage: ${0##*/} up|stop|status|env" >&2; exit 2 ;;
esac
