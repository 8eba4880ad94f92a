"""One document with every kind of block, and the same with a hostile text in every place that holds text."""

from datetime import date

from slipwatch.document import blocks as b

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>'


STAIRS = ((date(2026, 1, 5), date(2026, 4, 30)), (date(2026, 4, 8), date(2026, 5, 13)))


def build_chart(text: str) -> b.DateChart:
    level = ((date(2026, 1, 5), date(2026, 4, 30)), (date(2026, 5, 25), date(2026, 4, 30)))
    line = b.DateLine(name=text, points=STAIRS, targets=(level,))
    return b.DateChart(lines=(line,), same_day=text, target=text, picture=b.Picture(SVG, text, text))


def build_document(text: str, *, url: str = "https://tracker.example/1", rows: int = 1) -> b.Document:
    """A document in which every field that can hold upstream text holds `text`."""
    cell = (b.Span(text, strong=True), b.Span(text, muted=True), b.Span(text, code=True))
    return b.Document(
        title=text,
        language="en",
        preview=text,
        blocks=(
            b.Heading(2, text, anchor="part"),
            b.Paragraph(text),
            b.Paragraph((b.Span(text, url=url), b.Span(" and "), *cell), muted=True),
            b.Facts(((text, text), ("Name", cell))),
            b.Counters(((text, text, "critical"), ("3", "new", "neutral"))),
            b.Table((b.Column(text), b.Column("Number", "right")), ((cell, text),) * rows, caption=text),
            b.Bullets((text, cell)),
            b.Link(text, url),
            b.Picture(SVG, text, text),
            build_chart(text),
            b.Banner(text, cell, "warning"),
            b.Details(text, (b.Paragraph(text),)),
            b.Panel((b.Heading(3, text), b.Paragraph(text)), "critical"),
            b.Rule(),
        ),
    )
