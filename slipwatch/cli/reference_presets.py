"""The page of the presets: which exports are known by their heads, in which languages, as what columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from slipwatch.cli.reference_tables import write_table

if TYPE_CHECKING:
    from slipwatch.inference.presets import Names, Preset

LANGUAGES = {"any": "in every language", "en": "English", "fr": "French", "de": "German"}
INTRODUCTION = (
    "What `slipwatch start` knows before it looks: exports of programs, by the heads that their makers give columns. "
    "A file is known by its columns alone, whatever it is called. How its cells are written (order of day and month, "
    "decimal mark, separator, encoding) is always found in the file, for that follows the user who exported it.",
    "Where a column is missing by which an export is known, the preset is not used: the file is inferred like any "
    "other, and the column is named. A program that is not here is read all the same. One more is one more file: a "
    "preset of your own goes to `presets/` in the configuration, and replaces the installed one of its name.",
    "An asterisk marks a name that no document of the maker and no export seen has confirmed; where it is wrong, it "
    "matches no column.",
)


def write_presets() -> Iterator[str]:
    from slipwatch.inference.presets import load_presets

    presets = sorted(load_presets(), key=lambda one: (one.maker.casefold(), one.name))
    yield "# Presets"
    yield ""
    for paragraph in INTRODUCTION:
        yield paragraph
        yield ""
    yield from write_table(
        ("export", "maker", "a list of", "files", "heads"),
        [
            (f"[{one.title}](#{one.name})", one.maker, one.kind, ", ".join(one.formats) or "all", _say_languages(one))
            for one in presets
        ],
    )
    for preset in presets:
        yield from _write_preset(preset)


def _say_languages(preset: Preset) -> str:
    names = [LANGUAGES[language] for language in preset.languages if language != "any"]
    if "any" in preset.languages:
        names.append("technical names" if names else "the same in every language")
    return ", ".join(names)


def _write_preset(preset: Preset) -> Iterator[str]:
    yield f"## {preset.name}"
    yield ""
    entity = f"[{preset.entity}](data-dictionary.md#{preset.entity})"
    yield f"{preset.title} ({preset.maker}). Each row is read as {entity}."
    yield ""
    signs = f", and {preset.enough} or more of {', '.join(preset.signs)}" if preset.signs else ""
    yield f"**Known by**: {', '.join(preset.recognised_by)}{signs}. **Key**: {', '.join(preset.keys)}."
    yield ""
    if preset.unless:
        yield f"**Another list** where it has one of: {', '.join(preset.unless)}."
        yield ""
    languages = [one for one in ("any", "en", "fr", "de") if one in preset.languages]
    rows = [
        (f"`{column}`", *(_say_names(names, one, preset.unconfirmed) for one in languages))
        for column, names in preset.columns.items()
    ]
    yield from write_table(("column", *(LANGUAGES[one] for one in languages)), rows)
    if preset.others:
        yield f"**Left out**: {', '.join(preset.others)}."
        yield ""
    yield from _write_words(preset)
    if preset.note:
        yield f"**Note**: {preset.note}."
        yield ""
    yield f"**Source**: {preset.source}."
    yield ""


def _say_names(names: Names, language: str, unconfirmed: Iterable[str]) -> str:
    marked = set(unconfirmed)
    return ", ".join(f"{name}\\*" if name in marked else name for name in names.get(language, ()))


def _write_words(preset: Preset) -> Iterator[str]:
    """What the words of the program mean, grouped by our own."""
    for column, words in preset.words.items():
        groups: dict[str, list[str]] = {}
        for word, meaning in words.items():
            groups.setdefault(str(meaning).lower() if isinstance(meaning, bool) else meaning, []).append(word)
        said = "; ".join(f"{', '.join(mine)} → {meaning}" for meaning, mine in groups.items())
        yield f"**Words of `{column}`**: {said}."
        yield ""
