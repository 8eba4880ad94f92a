"""Repeats each pin with extras without them: `python tools/pin_plain.py requirements.lock`.

pip before 24 takes `sqlalchemy[asyncio]==2.0.58` for no pin of plain `sqlalchemy`, finds its newest release and then
refuses it, because it has no hash. Debian 12 ships such a pip.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^(?P<name>[a-z0-9._-]+)\[[^]]+\](?P<rest>==[^\n]*\\\n(?:    --hash=[^\n]*\n)+)", re.MULTILINE)


def repeat_plain(text: str) -> str:
    """The lock file's text with a plain pin before each pin with extras; unchanged where it is there already."""

    def write(found: re.Match[str]) -> str:
        plain = found["name"] + found["rest"]
        return found[0] if plain in text else plain + found[0]

    return BLOCK.sub(write, text)


if __name__ == "__main__":
    lock = Path(sys.argv[1])
    lock.write_text(repeat_plain(lock.read_text(encoding="utf-8")), encoding="utf-8")
