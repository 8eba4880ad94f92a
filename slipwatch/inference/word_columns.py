"""How a column of words is read: closed vocabularies, codes with a width, plain texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slipwatch.inference.customs import ReadAs
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.reading import ColumnFormat
from slipwatch.inference.words import load_vocabulary
from slipwatch.model.columns import Column


def read_words(facts: ColumnFacts, column: Column, vocabulary: str, answers: Mapping[str, str]) -> ReadAs:
    known, unknown = facts.split_words(vocabulary)
    unknown = [word for word in unknown if word not in facts.profile.empties or vocabulary == "status"]
    choices: dict[str, str | bool | None] = dict(known)
    found = ReadAs(format=ColumnFormat(kind="flag" if vocabulary == "flag" else "text"))
    if vocabulary == "status" and (len(unknown) > len(known) or len(unknown) > 5):
        found.becomes, found.why = "status_raw", f"{len(unknown)} of its words are not known: kept as they are"
        return found
    for word in unknown:
        topic = f"word/{facts.name}/{word}"
        options = tuple(dict.fromkeys(map(str, load_vocabulary(vocabulary).values())))
        answer = answers.get(topic)
        choices[word] = _read_answer(answer, vocabulary) if answer in options else None
        if answer is None:
            text = f"What does “{word}” in “{facts.name}” mean?"
            found.open.append(
                (topic, text, (*options, "nothing"), None, f"{column.name} is one of {', '.join(options)}")
            )
    found.choices = tuple({**facts.words, **choices}.items())
    found.why = f"{len(known)} of {len(known) + len(unknown)} words are known"
    return found


def _read_answer(answer: str | None, vocabulary: str) -> str | bool | None:
    return answer == "True" if vocabulary == "flag" else answer


def read_text(facts: ColumnFacts, column: Column) -> ReadAs:
    found = ReadAs(format=ColumnFormat(kind="text"))
    lengths = facts.profile.lengths
    digits = [text for text, _ in facts.profile.list_texts() if text.isdigit()]
    if column.name in ("order_number", "supplier", "requirement", "budget_line") and digits:
        _judge_width(facts, found, digits)
    if facts.rounded:
        found.damaged = dict.fromkeys(facts.rounded, "a spreadsheet rounded the number")
        found.notices.append(tell_rounded(facts))
    if not lengths and facts.profile.kinds["whole"] and column.name == "supplier":
        found.notices.append(f"“{facts.name}” holds numbers, not texts: leading zeros are gone, if there were any")
    return found


def tell_rounded(facts: ColumnFacts) -> str:
    count = sum(facts.profile.values.get(one, 1) for one in facts.rounded)
    return f"“{facts.name}”: {count} numbers were rounded by a spreadsheet ({facts.rounded[0]}), and are set aside"


def _judge_width(facts: ColumnFacts, found: ReadAs, digits: Sequence[str]) -> None:
    """The exact length of a code, where all have it; shorter ones may have lost their zeros."""
    widths = {len(text) for text in digits}
    longest = max(widths)
    others = [text for text, _ in facts.profile.list_texts() if not text.isdigit() and text not in facts.rounded]
    if len(widths) == 1 and longest >= 6 and not others and not facts.profile.overflows:
        found.width = longest
    elif longest >= 8 and len(widths) > 1 and min(widths) < longest:
        short = sum(len(text) < longest for text in digits)
        found.notices.append(
            f"“{facts.name}”: {short} codes are shorter than {longest} digits; leading zeros may have been lost"
        )
