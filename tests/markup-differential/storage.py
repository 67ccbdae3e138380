"""Converts Markdown to storage format as markdown-to-confluence does, and writes that and ours in one
spelling. A line of the input is a JSON array of a Markdown text and of what we make of it; a line of the
output is one of our page and theirs, which is null with a third element, the reason, where it fails."""

import json
import logging
import re
import sys
import tempfile
from pathlib import Path

import lxml.etree
from md2conf.collection import ConfluencePageCollection, ConfluenceUserCollection
from md2conf.converter import ConfluenceDocument
from md2conf.csf import AC_ATTR, elements_from_string
from md2conf.metadata import ConfluenceSiteMetadata
from md2conf.options import ConverterOptions, ProcessorOptions
from md2conf.scanner import DocumentProperties, ScannedDocument

# As near to a plain conversion as it goes: it does not publish here, so it has no page to look links up
# in, no users, and nothing to say about itself.
OPTIONS = ProcessorOptions(
    generated_by=None,
    converter=ConverterOptions(force_valid_url=False, user_mentions=False),
)
SITE = ConfluenceSiteMetadata("example.atlassian.net", "/wiki/", None)

PREFIXES = {
    "http://atlassian.com/content": "ac:",
    "http://atlassian.com/resource/identifier": "ri:",
    None: "",
}

# Blank text beside the edges of these shows nowhere, nor does it after a line break.
BLOCKS = set(
    "root p h1 h2 h3 h4 h5 h6 hr ul ol li blockquote div table tbody tr th td br ac:structured-macro "
    "ac:parameter ac:rich-text-body ac:task-list ac:task ac:task-id ac:task-status ac:task-body "
    "ac:image ac:caption".split()
)
VERBATIM = {"ac:plain-text-body", "ac:parameter", "pre"}

# Numbers that Confluence would give itself, the age of a macro, and defaults said aloud.
MEANINGLESS = [
    ("*", "ac:macro-id", None),
    ("*", "ac:local-id", None),
    ("*", "ac:schema-version", None),
    ("table", "data-layout", "default"),
    ("ol", "start", "1"),
]
# What only says where its content is. All rows of a table are in one part of it, whatever they are.
TRANSPARENT = {"thead", "tbody", "span"}


def theirs(markdown: str, folder: Path) -> str:
    # The file is the place that relative links are relative to; the text is not read from it.
    path = folder / "page.md"
    path.touch()
    text = ScannedDocument(DocumentProperties(), markdown, 1)
    nobody = ConfluenceUserCollection()
    pages = ConfluencePageCollection()
    return ConfluenceDocument(path, text, OPTIONS, folder, SITE, pages, nobody).xhtml()


def spelled(page: str) -> str:
    """One spelling for all pages that look the same as far as Confluence shows them."""
    return "".join(content(elements_from_string(page), "root")).strip()


def name(tag: str) -> str:
    qualified = lxml.etree.QName(tag)
    return PREFIXES[qualified.namespace] + qualified.localname


def is_meaningless(element) -> bool:
    tag = name(element.tag)
    no_language = tag == "ac:parameter" and element.get(AC_ATTR("name")) == "language" and element.text == "none"
    return tag == "ac:task-uuid" or no_language


def write(element):
    tag = name(element.tag)
    named = [(name(key), value) for key, value in element.attrib.items()]
    kept = sorted(
        (key, value)
        for key, value in named
        if not any(tag_ in ("*", tag) and key == key_ and value_ in (None, value) for tag_, key_, value_ in MEANINGLESS)
    )
    if tag in TRANSPARENT and not kept:
        yield from content(element, tag)
        return
    attributes = "".join(f' {key}="{escaped(value)}"' for key, value in kept)
    inside = "".join(content(element, tag))
    yield f"<{tag}{attributes}>{inside}</{tag}>" if inside else f"<{tag}{attributes} />"


def content(element, tag: str):
    texts = [element.text or ""] + [child.tail or "" for child in element]
    children = [child if isinstance(child.tag, str) else None for child in element]
    if tag not in VERBATIM:
        # Beside each text are the children around it, or the edges of the element itself.
        edges = [tag] + [name(child.tag) if child is not None else "" for child in children] + [tag]
        for at, text in enumerate(texts):
            text = re.sub(r"[ \t\n]+", " ", text)
            text = text.lstrip(" ") if edges[at] in BLOCKS else text
            texts[at] = text.rstrip(" ") if edges[at + 1] in BLOCKS else text
    yield escaped(texts[0])
    for child, text in zip(children, texts[1:]):
        if child is not None and not is_meaningless(child):
            yield from write(child)
        yield escaped(text)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def main() -> None:
    # It tells of links that lead nowhere; the page shows it too.
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            markdown, ours = json.loads(line)
            ours = spelled(ours)
            try:
                answer = [ours, spelled(theirs(markdown, Path(folder)))]
            except Exception as error:  # Whatever it raises is its answer.
                cause = error.__cause__ or error
                answer = [ours, None, f"{type(cause).__name__}: {str(cause).splitlines()[0]}"]
            print(json.dumps(answer))


main()
