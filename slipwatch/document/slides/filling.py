"""Fills a template: texts where they are asked for, sections in the place of their shapes, more slides where they need
them. Layouts and masters stay untouched, and so does every slide that asks for nothing."""

from __future__ import annotations

import copy
import io
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from slipwatch.document import blocks as b
from slipwatch.document.archive import settle_archive
from slipwatch.document.arranging import Area, Arranged, arrange
from slipwatch.document.charts import MADE
from slipwatch.document.escape import clean_text
from slipwatch.document.measuring import Ruler
from slipwatch.document.pieces import join_parts, list_parts, list_pieces
from slipwatch.document.slides.drawing import clean_run, draw_page
from slipwatch.document.slides.layouts import choose_layout, find_content_area
from slipwatch.document.slides.template import (
    SlidePlaces,
    find_font,
    find_places,
    list_marks,
    open_template,
    read_own_template,
    unite,
)
from slipwatch.document.slides.titles import (
    fill_words,
    find_relations,
    is_standing,
    remove_shape,
    set_title,
)

TITLE = "title"
"""The placeholder whose text is another one on each slide."""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """`appended` are sections that the template did not ask for, `hidden` counts rows that had no room, by section."""

    data: bytes
    slides: int
    appended: tuple[str, ...] = ()
    hidden: dict[str, int] = field(default_factory=dict)


def render_slides(pack: b.Pack, template: bytes | None = None, *, name: str = "template") -> Filled:
    """The pack in our own template, or in the reader's: its bytes, with `name` for errors. Raises `ConfigError`."""
    deck = open_template(read_own_template() if template is None else template, name)
    keys = [section.key for section in pack.sections]
    found = find_places(deck, name, sections=keys, words=(TITLE, *pack.words))
    filling = _Filling(pack=pack, deck=deck, found=found)
    filling.fill()
    return Filled(
        data=_save(deck, pack),
        slides=len(deck.slides),
        appended=tuple(filling.appended),
        hidden=filling.hidden,
    )


def _save(deck: Any, pack: b.Pack) -> bytes:
    """The same facts give the same bytes: neither the machine's clock nor its user is written."""
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = clean_run(pack.title)[:255], "Slipwatch", ""
    properties.created = properties.modified = MADE
    properties.language = pack.language
    buffer = io.BytesIO()
    deck.save(buffer)
    return settle_archive(buffer.getvalue())


@dataclass(frozen=True)
class _Copied:
    """What a slide has beside its sections, for those that go on from it, and the room that they have there."""

    plain: Sequence[Any]
    rest: Area | None


def _copy_all(slide: Any) -> list[Any]:
    return [copy.deepcopy(shape._element) for shape in slide.shapes]


@dataclass(kw_only=True)
class _Filling:
    """One template while it is filled."""

    pack: b.Pack
    deck: Any
    found: Sequence[SlidePlaces]
    appended: list[str] = field(default_factory=list)
    hidden: dict[str, int] = field(default_factory=dict)

    @cached_property
    def ruler(self) -> Ruler:
        return Ruler(find_font(self.deck))

    @property
    def placed(self) -> set[str]:
        return {place.key for entry in self.found for place in entry.places}

    def fill(self) -> None:
        model = next((entry for entry in reversed(self.found) if entry.places), None)
        kept = [copy.deepcopy(shape._element) for shape in _list_repeated(model)] if model else []
        for entry in self.found:
            self._fill_slide(entry)
        for section in self.pack.sections:
            if section.key not in self.placed and section.part_of not in self._keys:
                self._append(section, model, kept)

    @property
    def _keys(self) -> set[str]:
        return {section.key for section in self.pack.sections}

    def _fill_slide(self, entry: SlidePlaces) -> None:
        slide, sections = entry.slide, [self._gather(place.key) for place in entry.places]
        leading = [section for section in sections if section.part_of not in {one.key for one in sections}]
        title = " · ".join(section.title for section in leading) or self.pack.title
        if len(leading) > 1:
            sections = [_head(section) if section in leading else section for section in sections]
        for place in entry.places:
            remove_shape(place.shape)
        fill_words(slide, {**self.pack.words, TITLE: title})
        copied = _Copied(_copy_all(slide), unite(place.area for place in entry.places) if sections else None)
        led = {section.key for section in leading}
        shared = {section.key for section in sections if len(leading) > 1 or section.key not in led}
        for place, section in zip(entry.places, sections, strict=True):
            self._draw_section(slide, section, place.area, copied, shared)
        _write_notes(slide, sections)

    def _gather(self, key: str) -> b.Section:
        return join_parts(self.pack, key, self.placed)

    def _draw_section(
        self, slide: Any, section: b.Section, area: Area, copied: _Copied, shared: Container[str] = ()
    ) -> None:
        """`shared` are sections that have the slide together: its title stays the one of all of them."""
        arranged = self._arrange(section, area, copied)
        parts = list_parts(self.pack, section.key, self.placed)
        if not arranged.hidden or len(parts) == 1:
            self._draw_pages(slide, section, arranged, copied, is_titled=section.key not in shared)
            return
        # too much for one run of slides: its parts get slides of their own, so that none of them is lost
        first = _head(parts[0]) if section.key in shared else parts[0]
        alone = self._arrange(first, area, copied)
        last = self._draw_pages(slide, first, alone, copied, is_titled=section.key not in shared)
        for part in parts[1:]:
            fresh = self._continue(slide, last, part, copied.plain)
            room = copied.rest or area
            last = self._draw_pages(fresh, part, self._arrange(part, room, copied), copied, is_fresh=True)

    def _arrange(self, section: b.Section, area: Area, copied: _Copied) -> Arranged:
        pieces = list_pieces(section.blocks, more=self.pack.more)
        return arrange(pieces, area, self.ruler, rest=copied.rest, most_pages=section.most_pages)

    def _draw_pages(
        self,
        slide: Any,
        section: b.Section,
        arranged: Arranged,
        copied: _Copied,
        *,
        is_titled: bool = False,
        is_fresh: bool = False,
    ) -> Any:
        """Draw the pages on the slide and on slides behind it; the last of them. The first keeps its title unless it
        `is_fresh`, or `is_titled` by this section alone and there are more pages."""
        if arranged.hidden:
            self.hidden[section.key] = arranged.hidden
        last, total = slide, len(arranged.pages)
        for number, page in enumerate(arranged.pages, start=1):
            here = slide if number == 1 else self._continue(slide, last, section, copied.plain)
            draw_page(here, page, name=section.key, language=self.pack.language)
            if number > 1 or is_fresh or (is_titled and total > 1):
                set_title(here, self._title(section, number, total))
            last = here
        return last

    def _title(self, section: b.Section, number: int, total: int) -> str:
        if total == 1:
            return section.title
        return self.pack.page.format(title=section.title, number=number, total=total)

    def _continue(self, slide: Any, last: Any, section: b.Section, plain: Iterable[Any]) -> Any:
        """A slide like the first, without what the sections put on it, right behind the one before."""
        fresh = self.deck.slides.add_slide(slide.slide_layout)
        _empty(fresh)
        for element in plain:
            _copy_shape(slide, fresh, element)
        _move_behind(self.deck, fresh, last)
        _write_notes(fresh, [section])
        return fresh

    def _append(self, section: b.Section, model: SlidePlaces | None, kept: Iterable[Any]) -> None:
        """A section that the template has no place for, at the end, in the template's own layout."""
        section = self._gather(section.key)
        layout = model.slide.slide_layout if model else choose_layout(self.deck)
        slide = self.deck.slides.add_slide(layout)
        area = unite(place.area for place in model.places) if model else find_content_area(self.deck, layout)
        for shape in list(slide.placeholders):
            if shape.placeholder_format.idx != 0:
                remove_shape(shape)
        if model:
            for element in kept:
                _copy_shape(model.slide, slide, element)
        fill_words(slide, {**self.pack.words, TITLE: section.title})
        if not set_title(slide, section.title):
            section = replace(section, blocks=(b.Heading(2, section.title), *section.blocks))
        self._draw_section(slide, section, area, _Copied(_copy_all(slide), area))
        _write_notes(slide, [section])
        self.appended.append(section.key)


def _list_repeated(entry: SlidePlaces) -> list[Any]:
    """What an appended slide takes over: texts with placeholders beside the title, footers and slide numbers."""
    sections = {id(place.shape._element) for place in entry.places}
    return [
        shape
        for shape in entry.slide.shapes
        if id(shape._element) not in sections
        and not (shape.is_placeholder and shape.placeholder_format.idx == 0)
        and (list_marks(shape) or is_standing(shape))
    ]


def _head(section: b.Section) -> b.Section:
    """Sections that share a slide have their titles above them."""
    if section.blocks and isinstance(section.blocks[0], b.Heading):
        return section
    return replace(section, blocks=(b.Heading(2, section.title), *section.blocks))


def _empty(slide: Any) -> None:
    for shape in list(slide.shapes):
        remove_shape(shape)


def _copy_shape(source: Any, target: Any, element: Any) -> None:
    """A shape with the pictures and links that it points at; a chart of the template is not repeated."""
    fresh = copy.deepcopy(element)
    for node, name, old in find_relations(fresh):
        relation = source.part.rels[old]
        if relation.reltype.endswith("/chart"):
            return
        if relation.is_external:
            node.set(name, target.part.relate_to(relation.target_ref, relation.reltype, is_external=True))
        else:
            node.set(name, target.part.relate_to(relation.target_part, relation.reltype))
    target.shapes._spTree.append(fresh)


def _move_behind(deck: Any, slide: Any, last: Any) -> None:
    ids = deck.slides._sldIdLst
    entries = {deck.part.related_part(entry.rId): entry for entry in ids}
    moved, before = entries[slide.part], entries[last.part]
    before.addnext(moved)


def _write_notes(slide: Any, sections: Iterable[b.Section]) -> None:
    """Sources, as-of and what had no room, after whatever the template's notes say."""
    lines = dict.fromkeys(note for section in sections for note in section.notes)
    frame = slide.notes_slide.notes_text_frame
    if frame is None or not lines:
        return
    text = "\n".join(clean_run(" ".join(clean_text(line).split("\n"))) for line in lines)
    frame.text = f"{frame.text}\n{text}" if frame.text.strip() else text
