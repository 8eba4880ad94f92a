"""From the declaration of a stream, and the fields that its source really has, to the function that maps a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from slipwatch.errors import ConfigError
from slipwatch.model.columns import Column, Entity, Kind
from slipwatch.wire.columns import Setting, build_converter
from slipwatch.wire.declaration import (
    ColumnDeclaration,
    KeyDeclaration,
    PartDeclaration,
    RecordsDeclaration,
)
from slipwatch.wire.field_maps import compile_key
from slipwatch.wire.fields import Fields, fetch_path, find_column, find_entity
from slipwatch.wire.histories import build_history
from slipwatch.wire.mapping import MapRecord, compile_map
from slipwatch.wire.maps import Field, Key, RecordMap
from slipwatch.wire.texts import Code, Fixed, Joined
from slipwatch.wire.values import Converter, Text

_KNOWN_AT = Column(name="known_at", kind=Kind.INSTANT, meaning="when the world knew the values")
_STATED_BY = Column(name="stated_by", kind=Kind.TEXT, meaning="who stated the values")


def check_declaration(declared: RecordsDeclaration, setting: Setting) -> None:
    """Compile against a source that has every field. Raises `ConfigError`: nothing outside was touched."""
    fields = Fields(find=lambda names: names[0])
    build_mapper(declared, fields, setting)


def build_mapper(declared: RecordsDeclaration, fields: Fields, setting: Setting) -> MapRecord:
    """The function from a source's record to a canonical one; it raises `RecordError` and `ContractError`.

    Raises `ConfigError` for a wrong declaration, `ContractError` for a field that the source does not have.
    """
    entity = find_entity(declared.entity)
    record_map = RecordMap(
        entity=entity.name,
        key=_build_key(declared.key, declared, fields, setting),
        label=_build_key(declared.label, declared, fields, setting) if declared.label else None,
        fields=tuple(_list_fields(entity, declared, fields, setting)),
        known_at=_build_extra(_KNOWN_AT, declared.known_at, fields, setting),
        stated_by=_build_extra(_STATED_BY, declared.stated_by, fields, setting),
        url=_build_url(declared.url),
        history=build_history(entity, declared, fields, setting),
        required=tuple(name for name, column in declared.columns.items() if column.required),
    )
    return compile_map(record_map)


def _list_fields(entity: Entity, declared: RecordsDeclaration, fields: Fields, setting: Setting) -> list[Field]:
    built = []
    for name, column in declared.columns.items():
        row = _build_field(find_column(entity, name), column, fields, setting)
        if row is not None:
            built.append(row)
    return built


def _build_field(column: Column, declared: ColumnDeclaration, fields: Fields, setting: Setting) -> Field | None:
    """None for an optional field that this source lacks."""
    if declared.constant is not None:
        return Field(column.name, constant=_check_constant(column, declared.constant))
    if declared.join:
        return Field(column.name, (), read=_build_joined(column, declared, fields))
    converter = build_converter(column, declared, setting)
    if declared.optional and fields.find(declared.from_) is None:
        return None
    path = fields.locate(declared.from_, column=column.name)
    return Field(column.name, path, read=converter, unit=declared.unit, optional=declared.optional)


def _check_constant(column: Column, constant: object) -> object:
    wanted: dict[Kind, type] = {Kind.TEXT: str, Kind.REFERENCE: str, Kind.FLAG: bool, Kind.INTEGER: int}
    is_right = type(constant) is wanted.get(column.kind)
    if not is_right or (column.choices and constant not in column.choices):
        among = f", one of {', '.join(column.choices)}" if column.choices else ""
        raise ConfigError(f"{constant!r} is no constant for a column of kind {column.kind}{among}", subject=column.name)
    return constant


def _build_extra(column: Column, declared: ColumnDeclaration | None, fields: Fields, setting: Setting) -> Field | None:
    if declared is None:
        return None
    if declared.constant is not None:
        return Field(column.name, (), read=Fixed(text=str(_check_constant(column, declared.constant))))
    return _build_field(column, declared, fields, setting)


def _build_joined(column: Column, declared: ColumnDeclaration, fields: Fields) -> Joined:
    if column.kind not in (Kind.TEXT, Kind.REFERENCE) or column.choices:
        raise ConfigError("only texts and references can be joined", subject=column.name)
    if any(part.column for part in declared.join):
        raise ConfigError("a joined text is made of fields: give `from`", subject=column.name)
    parts = tuple(
        (fetch_path(fields.locate(part.from_, column=column.name)), _build_part(part)) for part in declared.join
    )
    return Joined(parts=parts, separator=declared.separator)


def _build_part(part: PartDeclaration) -> Converter:
    return Code(width=part.width, pattern=part.pattern) if part.width or part.pattern else Text()


def build_key_reader(declared: RecordsDeclaration, fields: Fields, setting: Setting) -> Callable[[Any], str]:
    """The function that reads a record's source id alone. Raises `ConfigError` and `ContractError`."""
    return compile_key(_build_key(declared.key, declared, fields, setting))


def _build_key(declared: KeyDeclaration, records: RecordsDeclaration, fields: Fields, setting: Setting) -> Key:
    paths, reads = [], []
    for part in declared.parts:
        origin: ColumnDeclaration | PartDeclaration = part
        converter = _build_part(part)
        if part.column is not None:
            origin, converter = _follow_column(part.column, records, setting)
        paths.append(fields.locate(origin.from_, column=part.column or "key"))
        reads.append(converter)
    return Key(paths=tuple(paths), reads=tuple(reads), separator=declared.separator, prefix=declared.prefix)


def _follow_column(name: str, records: RecordsDeclaration, setting: Setting) -> tuple[ColumnDeclaration, Converter]:
    """The declaration of a column that a key is made of, and its converter."""
    column = find_column(find_entity(records.entity), name)
    declared = records.columns.get(name)
    if declared is None or not declared.from_ or column.kind not in (Kind.TEXT, Kind.REFERENCE):
        raise ConfigError(f"a key cannot be made of {name}", subject=records.entity, cure="name a field with `from`")
    return declared, build_converter(column, declared, setting)


def _build_url(template: str | None) -> Callable[[str], str] | None:
    if template is None:
        return None
    return lambda source_id: template.replace("{source_id}", quote(source_id, safe=""))
