"""Reading a page as a person does: its words, in their order."""

import re
from html import unescape


def words(html):
    """The text of a page or of a part of it, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
