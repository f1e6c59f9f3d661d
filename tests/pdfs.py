"""PDFs read back as a screen reader and a person read them."""

import io
from collections import Counter

import pypdf


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def words_of(content):
    """Everything it says, as words with one space between them; without the foot of each page."""
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).replace("\u200b", "").split())


def tags_of(content):
    """How often each kind of element stands in the tree that a screen reader follows."""
    found = Counter()

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            found[str(node.get("/S", ""))] += 1
            walk(node.get("/K", []))

    walk(read(content).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found
