"""Gathers what the privacy sheet says from the configuration in force; the ledger only tells what was read so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from slipwatch.errors import ConfigError
from slipwatch.model.tables import ENTITIES
from slipwatch.reports.privacy import PersonField, PrivacyFacts, SourcePrivacy
from slipwatch.store.acts import released_recipients
from slipwatch.store.views import read_windows
from slipwatch.wire.columns import PERSONS

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.settings.sources import SourceSetting

FIELDS = ("assignee", "stated_by", "responsible_code")
"""What may name a person: columns, and who stated a record."""


def gather_privacy(programme: Programme, *, contact: str | None = None) -> PrivacyFacts:
    """Raises `ConfigError` for a contact that is no role."""
    settings, roles = programme.settings, programme.portfolio.roles
    file = settings.programme
    asked = contact or settings.routing.pmo
    if asked not in roles:
        raise ConfigError("unknown role", subject=asked, cure=f"roles: {', '.join(roles)}")
    released = sorted(released_recipients(programme.ledger) & set(roles))
    return PrivacyFacts(
        programme=programme.portfolio.name,
        day=programme.now().astimezone(programme.zone).date(),
        fingerprint=settings.fingerprint,
        sources=tuple(_list_sources(programme)),
        mailboxes=sum(role.address is not None for role in roles.values()),
        purpose=file.privacy.purpose if file.privacy.assignees == "keep" else None,
        superseded_days=file.archive.superseded_days,
        needed_days=file.archive.needed_days,
        pmo=roles[settings.routing.pmo].name if settings.routing.pmo in roles else settings.routing.pmo,
        released=tuple(roles[key].name for key in released),
        home=str(programme.home),
        database=None if file.ledger == "sqlite" else file.ledger,
        transport=file.mail.transport,
        sender=file.mail.sender,
        contact=", ".join(filter(None, (roles[asked].name, roles[asked].address))),
    )


def _list_sources(programme: Programme) -> Iterator[SourcePrivacy]:
    windows = read_windows(programme.ledger, latest_only=False)
    names = "pseudonym" if programme.settings.programme.privacy.assignees == "pseudonymise" else "kept"
    for key, source in programme.settings.sources.items():
        streams = list_streams(source.options)
        declared = [str(stream["entity"]) for stream in streams]
        read = windows.loc[windows["source"].eq(key), "entity"].dropna().astype(str)
        entities = tuple(entity for entity in ENTITIES if entity in {*declared, *read})
        fields = _list_declared(streams, names) if streams else _list_usual(entities, names)
        is_known = bool(streams or entities)
        yield SourcePrivacy(
            key=key, name=_name(source, key), entities=entities, fields=tuple(dict.fromkeys(fields)), is_known=is_known
        )


def _name(source: SourceSetting, key: str) -> str:
    return source.name or key


def list_streams(options: Any) -> list[Mapping[str, Any]]:
    """Parts of the options that map records to an entity, at whatever depth they stand."""
    if isinstance(options, Mapping):
        own = [options] if isinstance(options.get("entity"), str) and "columns" in options else []
        return own + [found for part in options.values() for found in list_streams(part)]
    if isinstance(options, list | tuple):
        return [found for part in options for found in list_streams(part)]
    return []


def _list_declared(streams: list[Mapping[str, Any]], names: str) -> Iterator[PersonField]:
    """Fields that the mapping reads; each is a name unless it is declared to be none."""
    for stream in streams:
        mapped = {**dict(stream["columns"] or {}), "stated_by": stream.get("stated_by")}
        for field in FIELDS:
            if (told := mapped.get(field)) is not None:
                person = told.get("person") if isinstance(told, Mapping) else None
                is_person = field in PERSONS if person is None else bool(person)
                yield PersonField(column=field, how=names if is_person else "text")


def _list_usual(entities: tuple[str, ...], names: str) -> Iterator[PersonField]:
    """Connectors with a mapping of their own hide every name that they read."""
    if "work_item" in entities:
        yield PersonField(column="assignee", how=names)
        yield PersonField(column="stated_by", how=names)
