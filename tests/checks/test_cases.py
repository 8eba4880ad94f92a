"""Every rule on its cases: what it finds, what it evaluates, what it leaves grey, and that every word is there."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

import checks.cost
import checks.governance
import checks.quality
import checks.schedule
import checks.scope
import checks.supply
from slipwatch.locales import Catalogue
from slipwatch.model.finding import Message
from tests.checks.frames import build_input

FAMILIES = (checks.schedule, checks.scope, checks.cost, checks.supply, checks.quality, checks.governance)
RULES = {check.id: check for family in FAMILIES for check in family.RULES}
FOLDER = Path(__file__).parent / "cases"
CASES = {
    rule: yaml.safe_load((FOLDER / f"{rule}.yaml").read_text()) for rule in RULES if (FOLDER / f"{rule}.yaml").exists()
}
TEXTS = Catalogue([files("slipwatch.locales"), files("checks.locales")])
PARTS = ("What it asks:", "Why a committee cares:", "Formula and unit:", "Source:", "What to do:")
COMPARED = ("value", "threshold", "unit", "gravity", "accountable", "audience", "keys", "since", "stake_days")


@pytest.mark.parametrize(
    ("rule", "case"),
    [pytest.param(rule, case, id=f"{rule}-{case['name']}") for rule, cases in CASES.items() for case in cases],
)
def test_case(rule, case):
    check = RULES[rule]
    given = build_input(check, case["day"], case.get("frames", {}), case.get("thresholds"))

    assessment = check.judge(given)

    expected = case["expect"]
    assert [describe(finding, wanted) for finding, wanted in pair(assessment.findings, expected["findings"])] == (
        expected["findings"]
    )
    assert summarise_grey(assessment) == {reason: sorted(names) for reason, names in expected.get("grey", {}).items()}
    assert sorted(assessment.evaluated) == expected["evaluated"]
    assert len(assessment.notes) == expected.get("notes", 0)
    assert not {finding.subject.id for finding in assessment.findings} - assessment.evaluated
    assert_worded(assessment)


def pair(findings, wanted):
    """Findings in the order of their subjects, each with what is asked about it."""
    ordered = sorted(findings, key=lambda finding: finding.subject.id)
    return zip(ordered, wanted + [{"subject": None}] * (len(ordered) - len(wanted)), strict=False)


def describe(finding, wanted):
    """The finding in the words of the case: only what the case speaks of."""
    said = {"subject": finding.subject.id}
    said |= {name: getattr(finding, name) for name in COMPARED if name in wanted}
    if "keys" in said:
        said["keys"] = list(said["keys"])
    if "severity" in wanted:
        said["severity"] = finding.severity.name.lower()
    if "text" in wanted:
        said["text"] = finding.text.id
    if "says" in wanted:
        said["says"] = {name: plain(finding.text.arguments[name]) for name in wanted["says"]}
    if "evidence" in wanted:
        said["evidence"] = [TEXTS.translate(row.text, "en") for row in finding.evidence]
    return said


def plain(value):
    return float(value) if type(value).__name__ == "Decimal" else value


def summarise_grey(assessment):
    grey = {}
    for entry in assessment.not_judged:
        grey.setdefault(str(entry.reason), []).extend(entry.counted)
    return {reason: sorted(names) for reason, names in grey.items()}


def assert_worded(assessment):
    messages = [*assessment.notes]
    for finding in assessment.findings:
        messages += [finding.text, finding.action, *(row.text for row in finding.evidence)]
    for grey in assessment.not_judged:
        messages += [grey.text, grey.cure]
    for message in messages:
        for language in ("en", "fr"):
            text = TEXTS.translate(message, language)
            assert TEXTS.has(message.id), message.id
            assert "{" not in text, text
            assert "nan" not in text.lower().split(), text
            assert "NaT" not in text, text


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_passes_fails_is_empty_and_stale(rule):
    kinds = {case["kind"] for case in CASES.get(rule, [])}

    assert kinds >= {"pass", "fail", "empty", "stale"}


@pytest.mark.parametrize("check", RULES.values(), ids=RULES)
def test_docstring_is_a_manual_page(check):
    places = [check.manual.find(part) for part in PARTS]
    ends = [*places[1:], len(check.manual)]

    assert -1 not in places
    assert places == sorted(places)
    assert all(check.manual[place:end].partition(":")[2].strip() for place, end in zip(places, ends, strict=True))
    assert check.manual.split("\n")[0] == TEXTS.translate(Message(id=f"{check.id}.name"), "en")


def test_rules_have_readable_ids_and_one_alias_each():
    aliases = [check.alias for check in RULES.values() if check.alias]

    assert len(RULES) == 14
    assert sorted(aliases) == sorted(set(aliases))
    assert all(check.id.split(".")[0] in check.judge.__module__ for check in RULES.values())


@pytest.mark.parametrize("check", RULES.values(), ids=RULES)
def test_thresholds_name_their_unit_and_are_bounded(check):
    fields = check.thresholds.model_json_schema().get("properties", {})

    for name, schema in fields.items():
        assert name.rpartition("_")[2] in {"wd", "days", "percent", "count"}
        assert {"minimum", "maximum", "description", "default"} <= set(schema)


def test_catalogues_have_the_same_texts_in_both_languages():
    assert not Catalogue([files("checks.locales")]).find_gaps()


def test_no_text_is_left_over():
    """Each text of the catalogue is asked for by a rule; a text nobody uses is a typing error in its id."""
    sources = "".join(path.read_text() for path in Path(checks.__file__).parent.rglob("*.py"))
    po = (Path(checks.__file__).parent / "locales" / "en.po").read_text()
    ids = [line.split('"')[1] for line in po.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
    rest = [id for id in ids if not id.startswith("word.") and id.removesuffix(".cure") not in USED(sources)]

    assert rest == []


class USED:
    """Ids that the sources ask for, in full or built from the rule."""

    def __init__(self, sources):
        self.sources = sources

    def __contains__(self, id):
        name = id.removeprefix("not_judged.")
        rule = next((rule for rule in RULES if id.startswith(f"{rule}.")), None)
        built = rule is not None and (id.removeprefix(f"{rule}.").split(".")[0] in {"name", "action", "finding"})
        return built or name in {"unassigned", "stale_source"} or f'"{name}"' in self.sources or self.is_variant(id)

    def is_variant(self, id):
        stem, _, variant = id.rpartition(".")
        return f'"{variant}"' in self.sources and (stem in RULES or f'"{stem}.{{' in self.sources)
