#!/usr/bin/env bash
# A real Tryton 8.2 (purchase, stock, project) on loopback and SQLite, from PyPI packages (90 s the first time, 3 s later).
#
#   tests/servers/tryton.sh up       install what is missing, start, wait, set up the company
#   tests/servers/tryton.sh stop     end the process that `up` started
#   tests/servers/tryton.sh status   0 and the address when it runs
#   tests/servers/tryton.sh env      the lines that tests want, to be evaluated by a shell
#
# Where: http://127.0.0.1:8001 (TRYTON_PORT), database erp, JSON-RPC at /erp/rpc/, user admin / sentinel-tryton-password:
# sentinels of a throw-away server that only this machine can reach. TRYTON_FAKETIME=-40d runs it on another clock
# (Debian's package faketime).
# `up` leaves one company in EUR with two suppliers and two bought products and no order; tests place, promise and receive
# orders through tests/servers/seed_tryton.py, which needs this server's own Python ($SLIPWATCH_TEST_TRYTON_PYTHON).
# Database, log and pid: $SLIPWATCH_SERVERS/tryton (~/.slipwatch-servers/tryton).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${SLIPWATCH_SERVERS:-$HOME/.slipwatch-servers}/tryton
port=${TRYTON_PORT:-8001}
db=erp
password=sentinel-tryton-password
modules="purchase purchase_request purchase_history stock stock_supply project sale"
. "$here/process.sh"

install_packages() {
    if cmp -s "$here/requirements-tryton.lock" "$state/installed.lock" && "$state/venv/bin/python" -c "import trytond"; then return; fi
    "${PYTHON:-python3}" -m venv --clear "$state/venv"
    "$state/venv/bin/pip" install --quiet --require-hashes --requirement "$here/requirements-tryton.lock"
    cp "$here/requirements-tryton.lock" "$state/installed.lock"
}

create_database() {
    mkdir -p "$state/db"
    cat >"$state/trytond.conf" <<CONF
[database]
uri = sqlite://
path = $state/db
[web]
listen = 127.0.0.1:$port
[session]
max_attempt = 1000
CONF
    if [ -e "$state/created" ] && [ -s "$state/db/$db.sqlite" ]; then return; fi
    : >"$state/db/$db.sqlite"   # Tryton fills an empty file
    (umask 077 && printf '%s' "$password" >"$state/password")
    # shellcheck disable=SC2086  # one word per module
    TRYTONPASSFILE=$state/password "$state/venv/bin/trytond-admin" --config "$state/trytond.conf" --database "$db" \
        --update $modules --activate-dependencies --email admin@example.test >"$state/create.log" 2>&1 ||
        { tail -n 20 "$state/create.log" >&2; exit 1; }
    touch "$state/created"
}

answers() {
    local request='{"id":0,"method":"common.db.login","params":["admin",{"password":"'$password'"},"en"]}'
    curl -fsS --max-time 5 --json "$request" "http://127.0.0.1:$port/$db/rpc/" | grep -q '"result": \?\['
}

seed() {
    echo '[{"do": "base"}]' | SLIPWATCH_TEST_TRYTON_URL=http://127.0.0.1:$port SLIPWATCH_TEST_TRYTON_DB=$db \
        SLIPWATCH_TEST_TRYTON_USER=admin SLIPWATCH_TEST_TRYTON_PASSWORD=$password \
        "$state/venv/bin/python" "$here/seed_tryton.py" >"$state/seed.log"
}

up() {
    mkdir -p "$state" && state=$(cd "$state" && pwd)
    if is_running && answers; then return; fi
    halt
    install_packages
    create_database
    local clock=()
    if [ -n "${TRYTON_FAKETIME:-}" ]; then
        clock=(env "LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketime.so.1 | head -n 1)" "FAKETIME=$TRYTON_FAKETIME")
    fi
    launch ${clock[@]+"${clock[@]}"} "$state/venv/bin/trytond" --config "$state/trytond.conf" --database "$db"
    wait_until 90 answers
    seed
}

case ${1:-up} in
    up) up ;;
    stop) halt ;;
    status) is_running && echo "Tryton http://127.0.0.1:$port/$db/rpc/" ;;
    env)
        echo "export SLIPWATCH_TEST_TRYTON_URL=http://127.0.0.1:$port SLIPWATCH_TEST_TRYTON_DB=$db" \
            "SLIPWATCH_TEST_TRYTON_USER=admin SLIPWATCH_TEST_TRYTON_PASSWORD=$password" \
            "SLIPWATCH_TEST_TRYTON_PYTHON=$state/venv/bin/python"
        ;;
    *) echo "usage: ${0##*/} up|stop|status|env" >&2; exit 2 ;;
esac
