"""Every command of `slipwatch`, in the order in which a PMO meets them."""

from __future__ import annotations

from slipwatch.cli.declarations import ACT, AUTHOR, JSON, Command, do, group, offer, switch, take
from slipwatch.cli.desk_commands import INVENTORY, LINKS, PRIVACY, RECORD, REPLY
from slipwatch.cli.pack_commands import PACK
from slipwatch.cli.workbook_commands import WORKBOOK

_KEYS = take("keys", "keys of subjects, a concern, or all", nargs="+", metavar="KEY")
_ROLE = take("role", "key of the role", metavar="ROLE")
_SOURCE = take("source", "key of the source", metavar="SOURCE")

_START = (
    do(
        "demo",
        "play the sample programme: 26 weekly polls, findings, mails, drafts and report",
        "playing:play_demo",
        offer("--folder", help="where everything is written", metavar="FOLDER", default="slipwatch-demo"),
        offer("--seed", help="another number makes other quiet records around the same story", type=int, default=2026),
        offer(
            "--weeks",
            help="stop after so many of the 26 weeks",
            type=int,
            default=26,
            choices=range(1, 27),
            metavar="N",
        ),
        switch("--no-prefect", help="play the last poll without Prefect too: faster, and no run to look at"),
        JSON,
        exits=(1, 3),
        detail="Needs no configuration, account or network. All is written under one folder, which is emptied first.",
    ),
    do(
        "init",
        "write a small, commented, working configuration to start from",
        "setup:write_starter",
        take("folder", "where to write it; config by default", nargs="?", metavar="FOLDER"),
    ),
    do(
        "start",
        "read files as they are, propose a programme, ask what is ambiguous, and write the configuration",
        "starting:start",
        take("files", "exports, plans and logs; folders and patterns too", nargs="+", metavar="FILE"),
        offer("--name", help="name of the programme, for reports and mails", metavar="NAME"),
        offer("--answers", help="answers to take; written after a conversation", metavar="FILE"),
        switch("--yes", help="ask nothing: what is ambiguous stays unmapped, and is listed"),
        switch("--force", help="replace a configuration; the old files are kept as .bak"),
        switch("--run", help="then read everything and write the first report, without asking"),
        offer("--on", help="as if it were the end of this day, such as 2026-01-05: a rehearsal", metavar="DAY"),
        JSON,
        exits=(1, 3, 5),
        detail="Exit code 1 while a question is open or a file was refused. Without a terminal nothing is asked, and "
        "nothing written while a question is open, unless --yes says so.",
    ),
    do(
        "doctor",
        "check configuration, secrets, ledger, sources, mail and plug-ins without running anything",
        "running:examine",
        switch("--offline", help="leave out sources and mail server"),
        JSON,
        exits=(1, 5),
    ),
    do(
        "run",
        "read the sources, judge, and tell what changed: once, without a server",
        "running:run_once",
        offer("--only", help="read this source only; may be repeated", metavar="SOURCE", action="append"),
        JSON,
        exits=(3, 4, 5),
    ),
    do(
        "up",
        "start Prefect's server, a worker and the schedules with one command",
        "running:start_server",
        offer("--port", help="port of the Prefect UI on this machine", type=int, default=4200),
        offer("--prefect-file", help="deployments to apply; prefect.yaml by default", metavar="FILE"),
        exits=(3, 5),
    ),
    do(
        "schedule",
        "print what the scheduler of this machine needs: a cron line, or a task of the Windows Task Scheduler",
        "scheduling:show_schedule",
        offer("--at", help="time of the day on this machine", metavar="HH:MM", default="06:00"),
        offer("--days", help="such as mon-fri, mon,thu or daily", metavar="DAYS", default="mon-fri"),
        offer("--for", help="by default what this machine has", choices=("cron", "windows"), dest="form"),
        offer("--output", help="file to write; a task is saved as the Task Scheduler wants it", metavar="FILE"),
        detail="Needs no administrator and stores no password: the run has your own rights.",
    ),
    do(
        "status",
        "say how old the last good run and each source are",
        "asking:show_status",
        offer("--max-age", help="such as 36h, 2d or 90m", metavar="AGE"),
        JSON,
        exits=(1, 5),
        detail="Made for a watchdog: exit code 1 when the last good run is older than --max-age or a source is bad.",
    ),
)

_LOOK = (
    do(
        "history",
        "every value that a date, quantity, price or scope text has had, who stated it, and when",
        "asking:show_history",
        take("key", "key, label or source id, such as 4500031870/10", metavar="KEY"),
        JSON,
        exits=(1, 5),
    ),
    group(
        "alerts",
        "what is open, why, and since when",
        do(
            "list",
            "alerts that have not ended",
            "alerting:list_alerts",
            offer("--concern", help="one concern only", metavar="CONCERN"),
            offer("--project", help="one project only", metavar="KEY"),
            switch("--all", help="with those that have ended"),
            JSON,
            exits=(5,),
        ),
        do(
            "show",
            "one alert with its reasons, evidence and proposed action",
            "alerting:show_alert",
            take("key", "key or name of the subject", metavar="KEY"),
            JSON,
            exits=(1, 5),
        ),
        do("ack", "note that somebody works on open alerts", "alerting:acknowledge", _KEYS, *ACT, exits=(1, 5)),
        *REPLY,
    ),
    do(
        "report",
        "write the status report of the committee as one self-contained HTML file",
        "running:write_report",
        offer("--output", help="file to write; by default in the folder reports of home", metavar="FILE"),
        offer("--language", help="language of the report; by default the programme's", choices=("en", "fr")),
        JSON,
        exits=(5,),
    ),
)

_DECIDE = (
    WORKBOOK,
    INVENTORY,
    RECORD,
    LINKS,
    group(
        "baseline",
        "what dates, scope and money are measured against",
        do("list", "proposed and approved baselines", "deciding:list_baselines", JSON, exits=(5,)),
        do(
            "approve",
            "freeze every proposal of a number; nobody can edit it afterwards",
            "deciding:approve_baseline",
            take("number", "number in baselines.yaml", type=int, metavar="NUMBER"),
            *ACT,
            offer("--on", help="day from which it is in force, as 2026-05-28", metavar="DAY"),
            JSON,
            exits=(5,),
        ),
    ),
    group(
        "recipients",
        "who gets messages of their own; until then the PMO gets a draft for them",
        do("list", "every role with its address and state", "deciding:list_recipients", JSON, exits=(5,)),
        do(
            "release",
            "from the next run on, this role is written to",
            "deciding:release_recipient",
            _ROLE,
            *ACT,
            exits=(5,),
        ),
        do(
            "withdraw",
            "from the next run on, its messages are drafts again",
            "deciding:withdraw_recipient",
            _ROLE,
            *ACT,
            exits=(5,),
        ),
    ),
    do(
        "release",
        "let a held window in at the next run; without a number, list what is held",
        "deciding:release_window",
        take("window", "number of the window", nargs="?", type=int, metavar="WINDOW"),
        AUTHOR,
        offer("--reason", help="why the jump is right", metavar="TEXT"),
        JSON,
        exits=(5,),
    ),
)

_KEEP = (
    do(
        "import",
        "bring old, dated copies of a file into history: told as reconstructed, never as drift",
        "importing:import_history",
        offer("--history", help="folder of the old copies, and the folders in it", metavar="FOLDER", required=True),
        offer("--source", help="the source they are copies of; needed where several read files", metavar="SOURCE"),
        offer("--stream", help="one stream only; by default all that read such files", metavar="NAME"),
        offer(
            "--date-from",
            help="name, declared, or a cell as cell:SHEET!B2; by default the mapping, then the name",
            metavar="PLACE",
        ),
        offer("--date-order", help="how 03-04-2026 and 260403 are meant", choices=("dmy", "mdy", "ymd")),
        offer("--dates", help="YAML with one `FILE: DATE` a line; a day, a day with time, or skip", metavar="FILE"),
        switch("--dry-run", help="read everything, write nothing, and say what would be done"),
        JSON,
        exits=(1, 3, 5),
        detail="The mapping is that of today. Importing again changes nothing, and goes on where it was ended.",
    ),
    do(
        "remap",
        "read the raw archive of a source again, after its mapping was corrected: told as a repair, never as drift",
        "running:remap",
        _SOURCE,
        *ACT,
        JSON,
        exits=(3, 5),
        detail="Run it before the next `slipwatch run`. What was set aside is tried again too.",
    ),
    group(
        "sources",
        "the systems that are read",
        do("list", "state and age of every source", "asking:list_sources", JSON, exits=(5,)),
        do(
            "check",
            "try reach, rights and options without reading records",
            "asking:check_sources",
            take("source", "sources to try; all by default", nargs="*", metavar="SOURCE"),
            JSON,
            exits=(1, 5),
        ),
        do("discover", "the streams that a source offers", "asking:discover_source", _SOURCE, JSON, exits=(3, 5)),
    ),
    group(
        "outbox",
        "messages and what became of them",
        do(
            "list",
            "messages, newest first",
            "deciding:list_outbox",
            offer("--state", help="one state only", choices=("pending", "claimed", "sent", "dead")),
            JSON,
            exits=(5,),
        ),
        do("send", "send what is due now", "deciding:send_outbox", JSON, exits=(4, 5)),
    ),
    group(
        "rules",
        "the catalogue of rules",
        do("list", "every rule", "asking:list_rules", JSON),
        do(
            "explain",
            "the manual page of a rule, with its thresholds",
            "asking:explain_rule",
            take("rule", "id or catalogue number, such as TIME-01", metavar="ID"),
            JSON,
        ),
    ),
    PRIVACY,
    do("migrate", "bring the ledger to the schema of this version", "setup:migrate_ledger", exits=(5,)),
    do(
        "schema",
        "write JSON Schemas of the configuration, so that an editor completes it",
        "setup:write_schemas",
        take("folder", "where to write them; schemas in the configuration by default", nargs="?", metavar="FOLDER"),
    ),
    do(
        "docs",
        "write the generated pages of the documentation",
        "setup:write_docs",
        take("folder", "folder of the documentation", nargs="?", default="docs", metavar="FOLDER"),
        switch("--check", help="write nothing; exit code 1 when a page is stale"),
        exits=(1,),
    ),
)

COMMANDS: tuple[Command, ...] = (*_START, *_LOOK, PACK, *_DECIDE, *_KEEP)
