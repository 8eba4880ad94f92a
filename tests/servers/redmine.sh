#!/usr/bin/env bash
# A real Redmine 5 on loopback, from Debian's packages (Debian 12, as root; 45 s the first time, 2 s later).
#
#   tests/servers/redmine.sh up       install what is missing, start, wait until it answers
#   tests/servers/redmine.sh stop     end the process that `up` started
#   tests/servers/redmine.sh status   0 and the address when it runs
#   tests/servers/redmine.sh env      the lines that tests want, to be evaluated by a shell
#
# Where: http://127.0.0.1:8002 (REDMINE_PORT), administrator admin / sentinel-redmine-password, API key
# 5e9717e15e9717e15e9717e15e9717e15e9717e1. These are sentinels of a throw-away server that only this machine can reach.
# REDMINE_FAKETIME=-40d runs it on another clock (Debian's package faketime).
# Tests make their own projects; tests/servers/seed_redmine.py holds the calls. Log and pid: $SLIPWATCH_SERVERS/redmine
# (~/.slipwatch-servers/redmine); the database: /var/lib/redmine/slipwatch.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${SLIPWATCH_SERVERS:-$HOME/.slipwatch-servers}/redmine
port=${REDMINE_PORT:-8002}
key=5e9717e15e9717e15e9717e15e9717e15e9717e1
password=sentinel-redmine-password
instance=slipwatch
app=/usr/share/redmine
. "$here/process.sh"

in_redmine() {   # as the web server's user, in the application's folder, for our instance
    (cd "$app" && setpriv --reuid www-data --regid www-data --init-groups \
        env HOME=/tmp RAILS_ENV=production "REDMINE_INSTANCE=$instance" "$@")
}

install_packages() {
    if dpkg-query -W -f '${db:Status-Status}\n' redmine redmine-sqlite ruby-sqlite3 puma curl 2>/dev/null |
        awk '$1 == "installed" { n++ } END { exit n != 5 }'; then return; fi
    if [ "$(id -u)" != 0 ]; then echo "run once as root: it installs Debian's redmine" >&2; exit 1; fi
    export DEBIAN_FRONTEND=noninteractive
    # Debian 12's bundler counts a gem as deleted when its empty folder is missing, and many Ruby packages ship none:
    # Redmine's own set-up therefore fails once, the folders are made, and the set-up is run again.
    apt-get install -y --no-install-recommends curl puma redmine redmine-sqlite ruby-sqlite3 >"$state/apt.log" 2>&1 || true
    ruby -rfileutils -e 'Gem::Specification.reject(&:default_gem?).each { |gem| FileUtils.mkdir_p(gem.full_gem_path) }'
    dpkg --configure --pending >>"$state/apt.log" 2>&1 || { tail -n 20 "$state/apt.log" >&2; exit 1; }
}

create_instance() {
    if [ -s "$app/instances/$instance/config/database.yml" ]; then return; fi
    REDMINE_INSTANCES_OWNERSHIP='' "$app/bin/redmine-instances" create "$instance" >"$state/create.log"
    mkdir -p "$app/instances/$instance/db"
    head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$app/instances/$instance/config/secret_key.txt"
    chown -RL www-data:www-data "/var/lib/redmine/$instance"
    # last, because its presence says that the rest is there
    cat >"$app/instances/$instance/config/database.yml" <<YML
production:
  adapter: sqlite3
  database: /var/lib/redmine/$instance/db/redmine.sqlite3
  encoding: utf8
  timeout: 20000
YML
}

migrate() {
    if [ -e "$state/migrated" ] && [ -s "/var/lib/redmine/$instance/db/redmine.sqlite3" ]; then return; fi
    in_redmine SCHEMA=/dev/null bundle exec rake db:migrate >"$state/migrate.log" 2>&1
    in_redmine REDMINE_LANG=en bundle exec rake redmine:load_default_data >>"$state/migrate.log" 2>&1
    in_redmine bundle exec rails runner - >>"$state/migrate.log" 2>&1 <<RB
Setting.rest_api_enabled = 1
admin = User.find_by_login('admin')
admin.password = admin.password_confirmation = '$password'
admin.must_change_passwd = false
admin.save!
token = Token.find_or_create_by!(user_id: admin.id, action: 'api')
token.update_column(:value, '$key')
RB
    touch "$state/migrated"
}

answers() {
    curl -fsS --max-time 5 -H "X-Redmine-API-Key: $key" "http://127.0.0.1:$port/users/current.json"
}

up() {
    mkdir -p "$state" && state=$(cd "$state" && pwd)
    if is_running && answers >/dev/null 2>&1; then return; fi
    halt
    install_packages
    create_instance
    migrate || { tail -n 20 "$state/migrate.log" >&2; exit 1; }
    local clock=()
    if [ -n "${REDMINE_FAKETIME:-}" ]; then
        clock=("LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketime.so.1 | head -n 1)" "FAKETIME=$REDMINE_FAKETIME")
    fi
    cd "$app"
    # exec'd by launch itself, so that the pid is the server's and not a shell's
    launch setpriv --reuid www-data --regid www-data --init-groups \
        env HOME=/tmp RAILS_ENV=production "REDMINE_INSTANCE=$instance" ${clock[@]+"${clock[@]}"} \
        puma --bind "tcp://127.0.0.1:$port" --environment production --threads 2:5 config.ru
    wait_until 90 answers
}

case ${1:-up} in
    up) up ;;
    stop) halt ;;
    status) is_running && echo "Redmine http://127.0.0.1:$port" ;;
    env) echo "export SLIPWATCH_TEST_REDMINE_URL=http://127.0.0.1:$port SLIPWATCH_TEST_REDMINE_KEY=$key" ;;
    *) echo "usage: ${0##*/} up|stop|status|env" >&2; exit 2 ;;
esac
