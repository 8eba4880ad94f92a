"""Commands of the PMO's desk: the opening inventory, what was said, questions and replies, the privacy sheet."""

from __future__ import annotations

from slipwatch.cli.declarations import ACT, AUTHOR, JSON, do, group, offer, switch, take

_KEY = take("key", "key, label or source id, such as 4500031870/10", metavar="KEY")
_BY_ROLE = offer("--by-role", help="key of the role that said so", metavar="ROLE", required=True)
_SAID_ON = offer("--said-on", help="day on which it was said, as 2026-05-28", metavar="DAY", required=True)
_CONCERN = offer("--concern", help="where several alerts are about it, the one meant", metavar="CONCERN")

RECORD = do(
    "record",
    "enter what a side said in a call or meeting: its own statement, beside what the systems show",
    "stating:record_statement",
    _KEY,
    take("field", "what was stated, such as forecast_on or order_line.promised_on", metavar="FIELD"),
    take("value", "the value as it was said; - takes the role's word back", metavar="VALUE"),
    _BY_ROLE,
    _SAID_ON,
    offer("--where", help="the call or meeting, such as 'weekly call'", metavar="TEXT", required=True),
    offer("--note", help="anything that should be read with it", metavar="TEXT"),
    AUTHOR,
    offer("--reason", help="why it is entered; by default the call or meeting", metavar="TEXT"),
    JSON,
    exits=(5,),
    detail="Nothing that a system states is overwritten: where the two differ, the report shows both.",
)

INVENTORY = group(
    "inventory",
    "what stood there on the first day, as groups to work through",
    do(
        "list",
        "old findings by cause, records of no project, milestones without baseline, rules not practised here",
        "opening:list_opening",
        switch("--each", help="every finding from before on a line of its own, instead of groups"),
        JSON,
        exits=(5,),
    ),
    do(
        "accept",
        "accept as known, a group with one mark: only a new fact makes it speak again",
        "opening:accept_groups",
        take("groups", "names of groups, keys of subjects, a concern, or all", nargs="+", metavar="GROUP"),
        *ACT,
        JSON,
        exits=(1, 5),
    ),
)

LINKS = group(
    "links",
    "which records belong to which project",
    do(
        "propose",
        "write link rules for the records that belong to no project, ready to paste into links.yaml",
        "opening:propose_links",
        offer("--output", help="file to write; by default they are printed", metavar="FILE"),
        JSON,
        exits=(1, 5),
        detail="A project in a comment is a guess from equal codes and names; exit code 1 while one must be chosen.",
    ),
)

REPLY = (
    do(
        "ask",
        "send a finding for reply before a committee reads it: a draft, or a message where the role is released",
        "replying:ask_reply",
        take("key", "key or name of the subject", metavar="KEY"),
        offer("--to", help="key of the role that is asked; by default the one accountable", metavar="ROLE"),
        offer(
            "--answer-by",
            help="day until which an answer is asked for; by default five working days, and before the committee",
            metavar="DAY",
        ),
        _CONCERN,
        AUTHOR,
        offer("--reason", help="why now; 'before the committee' by default", metavar="TEXT"),
        JSON,
        exits=(1, 5),
    ),
    do(
        "reply",
        "record what was answered; it is printed beside the finding",
        "replying:record_reply",
        take("key", "key or name of the subject", metavar="KEY"),
        _BY_ROLE,
        offer("--text", help="the answer, word for word", metavar="TEXT", required=True),
        _SAID_ON,
        _CONCERN,
        AUTHOR,
        JSON,
        exits=(1, 5),
    ),
)

PRIVACY = do(
    "privacy",
    "write one page for works councils and data protection, from the configuration in force",
    "privacy:write_sheet",
    offer("--lang", help="language of the page; by default the programme's", choices=("en", "fr", "de")),
    offer("--output", help=".html or .md; privacy.html here by default", metavar="FILE"),
    offer("--contact", help="key of the role that answers questions; the PMO's by default", metavar="ROLE"),
    JSON,
    exits=(5,),
)
