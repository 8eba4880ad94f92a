"""What the side concerned said to a finding: its answer word for word, or that it was asked and gave none."""

from __future__ import annotations

from slipwatch.document.escape import clean_line
from slipwatch.model.finding import Concern
from slipwatch.reports.given import ReportInput
from slipwatch.reports.words import Words

MOST_CHARACTERS = 600
"""Of an answer in a report."""


def tell_reply(
    given: ReportInput, subject: str, concern: Concern, words: Words, *, limit: int = MOST_CHARACTERS
) -> str | None:
    """One sentence; None where nobody was asked and nobody answered."""
    reply = given.find_reply(subject, concern)
    if reply is not None:
        role = words.name_role(reply.role)
        return words.say("pack.reply", role=role, day=reply.said_on, text=clean_line(reply.text, limit))
    question = given.find_question(subject, concern)
    if question is None:
        return None
    kind = "missing" if question.answer_by < given.day else "awaited"
    role = words.name_role(question.role)
    return words.say(f"reply.{kind}", role=role, asked=question.asked_on, day=question.answer_by)
