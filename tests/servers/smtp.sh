#!/usr/bin/env bash
# A mail server on loopback that keeps every message as a file: tests/servers/smtp_sink.py as a process of its own.
#
#   tests/servers/smtp.sh up|stop|status|env
#
# Where: smtp://127.0.0.1:8025 (SMTP_PORT), no login. Messages: $SLIPWATCH_SERVERS/smtp/mail (~/.slipwatch-servers/smtp/mail),
# 00001.eml and 00001.json (envelope) onward. refused...@ answers 550, busy...@ answers 451.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${SLIPWATCH_SERVERS:-$HOME/.slipwatch-servers}/smtp
port=${SMTP_PORT:-8025}
. "$here/process.sh"

greets() {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    local line
    read -r -t 5 line <&3
    printf 'QUIT\r\n' >&3
    exec 3>&-
    [[ $line == 220* ]]
}

up() {
    mkdir -p "$state" && state=$(cd "$state" && pwd)
    if is_running && (greets) 2>/dev/null; then return; fi
    halt
    launch "$here/../../.venv/bin/python" "$here/smtp_sink.py" --folder "$state/mail" --port "$port"
    answer() { (greets) 2>/dev/null; }
    wait_until 20 answer
}

case ${1:-up} in
    up) up ;;
    stop) halt ;;
    status) is_running && echo "SMTP 127.0.0.1:$port, mail in $state/mail" ;;
    env) echo "export SLIPWATCH_TEST_SMTP_URL=smtp://127.0.0.1:$port SLIPWATCH_TEST_SMTP_FOLDER=$state/mail" ;;
    *) echo "usage: ${0##*/} up|stop|status|env" >&2; exit 2 ;;
esac
