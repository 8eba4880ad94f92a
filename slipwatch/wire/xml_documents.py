"""XML documents as nested objects, read by the same dotted paths as JSON: entities and references to other files are
refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from slipwatch.errors import IncompleteError, PermanentError
from slipwatch.wire.documents import LARGEST_BYTES
from slipwatch.wire.signature import require_contents

_CUT_SHORT = ("no element found", "unclosed token")


def load_xml_document(path: Path, *, largest_bytes: int = LARGEST_BYTES) -> dict[str, Any]:
    """The document as `{root: {...}}`: an element is its text, or an object of its attributes (`@name`), of the
    elements in it (a list where one name comes more than once) and of its own text (`#text`).

    Raises `PermanentError` for what is no XML or dangerous, `IncompleteError` where it ends too early.
    """
    require_contents(path, "text")
    if path.stat().st_size > largest_bytes:
        raise PermanentError(
            f"is larger than {largest_bytes // 1_000_000} MB", subject=path.name, cure="have it split, or export CSV"
        )
    try:
        root = defusedxml.ElementTree.fromstring(path.read_bytes(), forbid_dtd=True)
    except DefusedXmlException:
        raise PermanentError(
            "declares XML entities, which no export does", subject=path.name, cure="ask for a plain export"
        ) from None
    except ParseError as error:
        kind = IncompleteError if str(error).startswith(_CUT_SHORT) else PermanentError
        raise kind(f"is no XML: {error}", subject=path.name, cure="it may be cut short: export it again") from None
    return {_name(root.tag): _read_element(root)}


def _read_element(element: Element) -> Any:
    fields: dict[str, Any] = {f"@{_name(key)}": value for key, value in element.attrib.items()}
    for child in element:
        name, value = _name(child.tag), _read_element(child)
        if name not in fields:
            fields[name] = value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    text = (element.text or "").strip()
    if not fields:
        return text or None
    return fields | ({"#text": text} if text else {})


def _name(tag: str) -> str:
    """A tag without the address of its namespace."""
    return tag.rpartition("}")[2]
