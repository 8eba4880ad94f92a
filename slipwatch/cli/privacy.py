"""`privacy`: one page for works councils and data protection."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from slipwatch.cli.call import Call
from slipwatch.errors import ConfigError

USUAL = "privacy.html"


def write_sheet(call: Call) -> None:
    """Write the sheet of the programme as HTML or Markdown."""
    from slipwatch.engine.privacy import gather_privacy
    from slipwatch.engine.reporting.writing import save_whole
    from slipwatch.reports.privacy import render_sheet, render_text_sheet

    path = Path(call.get("output") or USUAL)
    renderers = {".html": render_sheet, ".md": render_text_sheet}
    if path.suffix not in renderers:
        raise ConfigError("is neither .html nor .md", subject=str(path), cure="name a file that ends so")
    with call.open_programme() as programme:
        facts = gather_privacy(programme, contact=call.get("contact"))
        language = call.get("lang") or programme.portfolio.language
    if call.get("json"):
        call.console.show_json(asdict(facts))
        return
    save_whole(path, renderers[path.suffix](facts, language))
    call.console.say(path)
