"""Commands of the pack that a committee is shown."""

from __future__ import annotations

from slipwatch.cli.declarations import JSON, do, group, offer, take

PACK = group(
    "pack",
    "slides, document and page for a committee, every figure editable",
    do(
        "copil",
        "write the steering committee's pack of a project: PPTX, DOCX and HTML",
        "packing:write_pack",
        offer("--project", help="key of the project", metavar="KEY", required=True),
        offer("--lang", help="language of the pack; by default the programme's", choices=("en", "fr")),
        offer("--template", help="slides to fill instead of ours (.pptx or .potx)", metavar="FILE"),
        offer("--output", help="folder to write to; by default packs in home", metavar="FOLDER"),
        JSON,
        exits=(5,),
    ),
    do(
        "template",
        "write our own slides with their placeholders, to start a template of yours from",
        "packing:write_template",
        take("file", "where to write it; slipwatch-template.pptx by default", nargs="?", metavar="FILE"),
    ),
)
