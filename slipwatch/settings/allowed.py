"""Says in words what a JSON Schema allows at a place. Every pydantic model can be asked, also those of plug-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slipwatch.settings.problems import list_words
from slipwatch.settings.values import LEDGER_FORMAT, SECRET_FORMAT

Schema = Mapping[str, Any]

_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "null": "nothing",
}
_FORMATS = {
    "date": "a day as 2026-01-31",
    "date-time": "an instant as 2026-01-31T06:00:00Z",
    SECRET_FORMAT: "a reference to a secret: env:NAME, file:/path or block:name",
    LEDGER_FORMAT: "sqlite, or a reference to a URL: env:NAME, file:/path or block:name",
}


def resolve(schema: Schema, root: Schema) -> Schema:
    """Follow `$ref` to the definition, which keeps the properties written beside the reference."""
    while "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        schema = {**root.get("$defs", {})[name], **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _list_branches(schema: Schema, root: Schema) -> list[Schema]:
    return [resolve(branch, root) for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))]


def _enter(schema: Schema, part: str | int, root: Schema) -> Schema | None:
    """The schema one step deeper. `part` may also name a branch of a union: by title, or in a way that only pydantic
    knows; then the union itself stands for the branch."""
    schema = resolve(schema, root)
    if isinstance(part, int):
        child = schema.get("items")
    else:
        child = schema.get("properties", {}).get(part) or schema.get("additionalProperties")
    if isinstance(child, Mapping):
        return resolve(child, root)
    for branch in _list_branches(schema, root):
        if branch.get("title") == part:
            return branch
        found = _enter(branch, part, root)
        if found is not None and found is not branch:
            return found
    return schema if _list_branches(schema, root) else None


def find_schema(root: Schema, path: Sequence[str | int]) -> Schema | None:
    """The schema at a path of keys, indices and branch titles; None where the schema knows no such place."""
    here: Schema | None = resolve(root, root)
    for part in path:
        here = _enter(here, part, root) if here is not None else None
    return here


def list_keys(schema: Schema, root: Schema) -> list[str]:
    """The keys that a group may have, those of all branches of a union included."""
    keys = list(resolve(schema, root).get("properties", {}))
    for branch in _list_branches(schema, root):
        keys += [key for key in list_keys(branch, root) if key not in keys]
    return keys


def list_choices(schema: Schema, root: Schema) -> list[str]:
    """The words that a value may be, where it is closed to a list; else nothing."""
    schema = resolve(schema, root)
    choices = [str(word) for word in schema.get("enum", ())]
    if "const" in schema:
        choices.append(str(schema["const"]))
    for branch in _list_branches(schema, root):
        choices += list_choices(branch, root)
    return choices


def describe(schema: Schema, root: Schema) -> str:
    """What is allowed, in words: type, range, choices or keys."""
    schema = resolve(schema, root)
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if choices := list_choices(schema, root):
        return f"one of {list_words(choices)}" if len(choices) > 1 else f"only {choices[0]}"
    if branches := _list_branches(schema, root):
        return _describe_branches(branches, root)
    return _describe_type(schema, root)


def _describe_branches(branches: Sequence[Schema], root: Schema) -> str:
    words = list(dict.fromkeys(describe(branch, root) for branch in branches))
    if words == ["text", "a whole number"]:
        return "text"
    return " or ".join(words)


def _describe_type(schema: Schema, root: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"a list, each item {describe(schema.get('items', {}), root)}"
    if kind == "object" or "properties" in schema:
        keys = list_keys(schema, root)
        return f"a group with the keys {list_words(keys)}" if keys else "a group of keys and values"
    return " ".join([_WORDS.get(str(kind), "a value"), *_describe_limits(schema)])


def _describe_limits(schema: Schema) -> Iterator[str]:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        yield f"from {least:g} to {most:g}"
    elif least is not None:
        yield f"of at least {least:g}"
    elif most is not None:
        yield f"of at most {most:g}"
    if (above := schema.get("exclusiveMinimum")) is not None:
        yield f"above {above:g}"
    if (below := schema.get("exclusiveMaximum")) is not None:
        yield f"below {below:g}"
    if pattern := schema.get("pattern"):
        yield f"of the form {pattern}"
