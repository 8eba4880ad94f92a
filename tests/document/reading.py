"""Reads HTML as a browser would, and lists everything in it that could act or load."""

from html.parser import HTMLParser

SAFE_TAGS = frozenset(
    {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "a",
        "strong",
        "span",
        "br",
        "ul",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "section",
        "details",
        "summary",
        "hr",
        "div",
    }
)
SAFE_ATTRIBUTES = frozenset(
    {
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "class",
        "id",
        "href",
        "rel",
        "scope",
        "colspan",
        "src",
        "alt",
        "style",
        "role",
        "width",
        "cellpadding",
        "cellspacing",
        "align",
        "open",
    }
)
SAFE_LINKS = ("https://", "http://", "mailto:")
INLINE = frozenset({"a", "span", "strong"})
VOID = frozenset({"meta", "br", "img", "hr"})


class Reader(HTMLParser):
    """`dangers` names what a document of ours must never hold; `text` is what a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.dangers: list[str] = []
        self.words: list[str] = []
        self.titles: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in INLINE:
            self.words.append(" ")
        if tag not in SAFE_TAGS:
            self.dangers.append(f"<{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.check(tag, name, value or "")

    def check(self, tag, name, value):
        if name not in SAFE_ATTRIBUTES:
            self.dangers.append(f"{tag} {name}={value!r}")
        if name == "href":
            self.links.append(value)
            if not value.startswith(SAFE_LINKS):
                self.dangers.append(f"link to {value!r}")
        if name == "src" and not value.startswith("data:image/svg+xml;base64,"):
            self.dangers.append(f"loads {value!r}")
        if name == "style" and ("url(" in value or "expression" in value or "@import" in value):
            self.dangers.append(f"style {value!r}")
        if (name, tag) == ("http-equiv", "meta"):
            self.dangers.append("meta http-equiv")

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in ("p", "li", "td", "th", "tr", "thead", "tbody"):
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.dangers.append(f"</{tag}> closes nothing")

    def handle_comment(self, data):
        self.dangers.append(f"comment {data!r}")

    def handle_data(self, data):
        if "thead" in self.open:
            self.titles.append(data)
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def read_html(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader
