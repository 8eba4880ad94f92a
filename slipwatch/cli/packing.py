"""`pack`: what a committee is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipwatch.cli.call import Call
    from slipwatch.engine.packing import PackFiles

TEMPLATE = "slipwatch-template.pptx"


def write_pack(call: Call) -> None:
    """Write the pack of a project and say where its files are, and what the template had no place for."""
    from slipwatch.engine.packing import write_pack as write

    template, output = call.get("template"), call.get("output")
    with call.open_programme() as programme:
        files = write(
            programme,
            call.get("project"),
            language=call.get("lang"),
            template=Path(template) if template else None,
            output=Path(output).absolute() if output else None,
        )
    if call.get("json"):
        call.console.show_json(files.as_json())
    else:
        _show_files(call, files)


def _show_files(call: Call, files: PackFiles) -> None:
    call.console.say(f"{files.slides}  {files.count} slides")
    call.console.say(files.document)
    call.console.say(files.page)
    if files.appended:
        call.console.say(f"The template has no place for {', '.join(files.appended)}: appended at the end.")
    for section, count in files.hidden.items():
        call.console.say(f"{section}: {count} more in the document and on the page than the slides have room for.")


def write_template(call: Call) -> None:
    """Write our own template; a file that is there stays."""
    from slipwatch.document.slides.template import read_own_template
    from slipwatch.errors import ConfigError

    path = Path(call.get("file") or TEMPLATE)
    if path.exists():
        raise ConfigError("exists already", subject=str(path), cure="name another file")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(read_own_template())
    call.console.say(path)
