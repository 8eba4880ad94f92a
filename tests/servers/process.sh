# Sourced by the server scripts: one background process per server, known by its pid file and by nothing else.
# The caller sets `state` (a folder) before.

is_running() {
    [ -s "$state/pid" ] && kill -0 "$(cat "$state/pid")" 2>/dev/null
}

# launch COMMAND...: in the background, detached from our input and output, log and pid under $state
launch() {
    "$@" >"$state/server.log" 2>&1 </dev/null &
    echo $! >"$state/pid"
}

# wait_until SECONDS COMMAND...: false, with the end of the log, when the server died or the time is over
wait_until() {
    local seconds=$1
    shift
    for _ in $(seq $((seconds * 2))); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        is_running || break
        sleep 0.5
    done
    echo "the server did not answer; the end of $state/server.log:" >&2
    tail -n 20 "$state/server.log" >&2
    return 1
}

halt() {
    if is_running; then
        kill "$(cat "$state/pid")"
        for _ in $(seq 60); do is_running || break; sleep 0.25; done
        if is_running; then kill -9 "$(cat "$state/pid")"; fi
    fi
    rm -f "$state/pid"
}
