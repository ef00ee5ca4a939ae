"""The forms of a page as a browser sees them: where each is sent, and what its fields hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXTS = {"text", "email", "tel", "search", "password", "url", "textarea"}
BUTTONS = {"submit", "button", "image", "reset", "file"}


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def texts(self) -> Iterator[tuple[str, str]]:
        """The fields that one types into, each with its kind."""
        yield from ((name, kind) for name, kind in self.kinds.items() if kind in TEXTS)


class FormsOfAPage(HTMLParser):
    def __init__(self, page: str, *, at: str) -> None:
        super().__init__()
        self.at, self.open, self.select, self.found = at, None, "", []
        self.feed(page)

    open: Form | None
    select: str
    found: list[Form]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        name = said.get("name", "")
        if tag == "form":
            posts = said.get("method", "").lower() == "post"
            self.open = Form(said.get("action") or self.at) if posts else None
            self.found += [self.open] if self.open else []
        elif self.open is None:
            return
        elif tag in {"input", "textarea"} and name and said.get("type", "text") not in BUTTONS:
            kind = "textarea" if tag == "textarea" else said.get("type", "text")
            if kind not in {"checkbox", "radio"} or "checked" in said or name not in self.open.fields:
                self.open.fields[name] = said.get("value", "on" if kind == "checkbox" else "")
                self.open.kinds[name] = kind
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and not self.open.fields.get(self.select):
            self.open.fields[self.select] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""


def forms_on(page: str, *, at: str) -> list[Form]:
    return FormsOfAPage(page, at=at).found
