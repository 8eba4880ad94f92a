"""Mails as they were read and approved: compared exactly, a missing one is a failure.

python -m tests.alerts.golden        # writes them anew; read the difference before it is committed
"""

from email import message_from_bytes, policy
from pathlib import Path

from slipwatch.alerts.draft import draft
from slipwatch.alerts.message import compose
from tests.alerts.build import CATALOGUE, PORTFOLIO
from tests.alerts.letters import HEAD, write_april, write_ending, write_first_load

FOLDER = Path(__file__).parent


def write_mails() -> dict[str, bytes]:
    """Payloads by name: what the PMO and a released buyer get, what the PMO sends on."""
    french, english = write_april(language="fr")[0], write_april(language="en")[0]
    letters = {
        "april_fr": french,
        "april_en": english,
        "april_buyer": write_april(released=frozenset({"buyer"}))[1],
        "ending_fr": write_ending(),
        "first_load_fr": write_first_load(),
    }
    mails = {
        name: compose(letter, HEAD, run=15, portfolio=PORTFOLIO, catalogue=CATALOGUE).payload
        for name, letter in letters.items()
    }
    drafts = {"draft_integrator": french.drafts[0], "draft_buyer": french.drafts[2]}
    return mails | {
        name: draft(line, HEAD, run=15, portfolio=PORTFOLIO, catalogue=CATALOGUE).payload
        for name, line in drafts.items()
    }


def split_mail(payload: bytes) -> dict[str, str]:
    """Headers with the plain text, and the HTML: the two files of a golden mail."""
    mail = message_from_bytes(payload, policy=policy.default)
    headers = "".join(f"{name}: {value}\n" for name, value in mail.items() if name != "Content-Type")
    text, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    return {"txt": f"{headers}\n{text}", "html": html}


def write_files() -> None:
    for name, payload in write_mails().items():
        for ending, content in split_mail(payload).items():
            (FOLDER / f"{name}.{ending}").write_text(content, encoding="utf-8", newline="\n")
