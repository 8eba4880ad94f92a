"""Commands of the portfolio workbook."""

from __future__ import annotations

from slipwatch.cli.declarations import JSON, do, group, offer, switch, take

WORKBOOK = group(
    "workbook",
    "the portfolio as one Excel file: what is declared, decided and kept, out and back in",
    do(
        "export",
        "write the workbook, with drop-downs and notes",
        "workbook:export_workbook",
        offer("--output", help="file to write; portfolio.xlsx here by default", metavar="FILE"),
        offer("--language", help="language of the workbook; by default the programme's", choices=("en", "fr")),
        JSON,
        exits=(5,),
    ),
    do(
        "import",
        "show what changes, take over what is sound, give back the rest in a coloured copy",
        "workbook:import_workbook",
        take("file", "the workbook", metavar="FILE"),
        offer("--author", "--by", help="who decided; SLIPWATCH_AUTHOR by default", metavar="NAME"),
        offer("--reason", help="why, where a row has no reason of its own", metavar="TEXT"),
        switch("--dry-run", help="show what would change, and write nothing"),
        JSON,
        exits=(1, 5),
        detail="Each row is taken as a whole or not at all. What somebody else changed is shown, not overwritten.",
    ),
)
