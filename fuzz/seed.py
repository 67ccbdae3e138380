"""Fills the corpora of the targets that read markup with documents we have anyway: the texts that are
compared with other converters, in every dialect, the texts in our tests, and the pages and issues of the
sample site. Not the dictionaries. MARKUP=path-of-the-example python3 fuzz/seed.py"""

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
MARKUP = ROOT / "server/atlassian/src/markup"
SAMPLE = ROOT / "server/sandbox/data"


def compared(name: str) -> list[str]:
    """The texts of one file of tests/markup-differential."""
    parts = re.split(r"^=== .*\n", (ROOT / "tests/markup-differential" / name).read_text(), flags=re.M)
    return [part.strip("\n") for part in parts[1:]]


def converted(texts: list[str], dialect: str) -> list:
    lines = "\n".join(json.dumps(text) for text in texts)
    command = [os.environ["MARKUP"], "lines", dialect]
    output = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def literals(path: Path) -> list[str]:
    """The strings in a file of Rust, as far as JSON spells them the same way."""
    found = re.findall(r'r#"(.*?)"#|"((?:[^"\\]|\\.)*)"', path.read_text(), flags=re.S)
    texts = []
    for raw, escaped in found:
        try:
            texts.append(raw or json.loads(f'"{escaped}"', strict=False))
        except ValueError:
            continue
    return texts


def strings(value) -> list[str]:
    """Every string anywhere in some JSON."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for child in children for text in strings(child)]


def sample(folder: str) -> list[str]:
    documents = [strings(json.loads(path.read_text())) for path in sorted((SAMPLE / folder).glob("*.json"))]
    return [text for document in documents for text in document]


def write(target: str, documents: list[str]) -> None:
    folder = ROOT / "fuzz/corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        content = document.encode(errors="replace")
        (folder / f"seed-{hashlib.sha256(content).hexdigest()[:16]}").write_bytes(content)
    print(f"{target}: {len(set(documents))} documents")


def main() -> None:
    markdown = compared("markdown.txt") + sample("jira")
    pages = [path.read_text() for path in sorted((SAMPLE / "confluence").glob("*.xhtml"))]
    wiki, storage = ([path for path in sorted(MARKUP.glob(f"{name}*/**/*.rs"))] for name in ("wiki", "storage"))
    write("markdown", markdown + [text for path in MARKUP.glob("**/*.rs") for text in literals(path)])
    write("adf", [json.dumps(document) for document in converted(markdown, "adf")])
    write("wiki", converted(markdown, "wiki") + compared("wiki.txt") + [text for path in wiki for text in literals(path)])
    pages += sample("confluence") + [text for path in storage for text in literals(path)]
    write("storage", converted(markdown, "storage") + pages)


main()
