"""Formats that nest by markup: quanteda's YAML, Yoshikoder's XML. Neither is trusted.

YAML is only ever composed to nodes of text (no object is made, no alias followed); XML is read by
expat, which is stopped at the first document type or entity.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr  # nosec B406  # it writes

from framing.errors import MissingExtraError
from framing.formats.entries import Entry, LineError, Parsed, pairs
from framing.formats.plain import names_of, tree
from framing.lexicon import Lexicon

__all__ = ["read_yaml", "read_ykd", "write_yaml", "write_ykd"]

DEEPEST = 32
TOO_DEEP = f"nested more than {DEEPEST} levels deep"
ALIAS = "an alias (*{name}) stands for another part of the file; write it out"
YAML_SHAPE = "expected categories with lists of words, found {found}"
REPEATED_KEY = "category {name!r} is given twice"
DOCUMENT_TYPE = "a document type or an entity is declared; such files are refused"
UNKNOWN_ELEMENT = "expected <dictionary>, <cnode> or <pnode>, found <{name}>"
NO_ROOT = "the file is not a <dictionary>"
NO_NAME = "<{name}> has no name"
OUTSIDE = "<pnode> {word!r} stands outside of any category"


# ------------------------------------------------------------------------------------------ YAML


def read_yaml(text: str) -> Parsed:
    """Read quanteda's YAML: categories, nested or not, with lists of words."""
    yaml = _yaml()
    parsed = Parsed()
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line + 1
                raise LineError(line, ALIAS.format(name=event.anchor))
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise LineError(mark.line + 1 if mark else 1, str(error.problem or error)) from None
    except (yaml.YAMLError, ValueError) as error:  # a character that YAML does not allow
        raise LineError(1, str(error).splitlines()[0]) from None
    except RecursionError:
        raise LineError(1, TOO_DEEP) from None
    if not isinstance(root, yaml.MappingNode):
        line = root.start_mark.line + 1 if root is not None else 1
        found = "nothing" if root is None else f"a {root.id}"
        raise LineError(line, YAML_SHAPE.format(found=found))
    _walk_yaml(root, (), parsed)
    return parsed


def _yaml() -> Any:
    try:
        import yaml
    except ModuleNotFoundError:
        raise MissingExtraError("quanteda's format", package="PyYAML", extra="formats") from None
    return yaml


def _walk_yaml(node: Any, path: tuple[str, ...], parsed: Parsed) -> None:
    line = node.start_mark.line + 1
    if len(path) > DEEPEST:
        raise LineError(line, TOO_DEEP)
    if node.id == "scalar":
        if node.value.strip():
            parsed.entries.append(Entry(line, node.value, "/".join(path)))
            parsed.declare("/".join(path))
        return
    if node.id == "sequence":
        for child in node.value:
            if child.id == "sequence":
                raise LineError(child.start_mark.line + 1, YAML_SHAPE.format(found="a list in one"))
            _walk_yaml(child, path, parsed)
        return
    seen = set()
    for key, value in node.value:
        at = key.start_mark.line + 1
        if key.id != "scalar" or not key.value.strip():
            raise LineError(at, YAML_SHAPE.format(found="a category without a name"))
        if key.value in seen:
            raise LineError(at, REPEATED_KEY.format(name=key.value))
        seen.add(key.value)
        _walk_yaml(value, (*path, key.value.strip()), parsed)


def write_yaml(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write quanteda's YAML; all that could be read as anything but text stands in quotes."""
    losses: list[str] = []
    words: dict[str, list[str]] = {name: [] for name in names_of(lexicon)}
    for _, word, categories in pairs(lexicon, losses):
        for name in categories:
            words[name].append(word)
    parents = {"/".join(n.split("/")[:i]) for n in words for i in range(1, n.count("/") + 1)}
    lines = []
    for path, inside in tree(words):
        margin = "  " * 2 * (len(path) - 1)
        nested = "/".join(path) in parents
        # what stands in a category beside others in it is one item of its list
        dash = "- " if len(path) > 1 else ""
        lines.append(f"{margin[2:] if dash else margin}{dash}{_quoted(path[-1])}:")
        deeper = margin + "  "
        lines += [f"{deeper}- {_quoted(word)}" for word in inside]
        if not inside and not nested:
            lines[-1] += " []"
    return "\n".join(lines) + "\n", losses


def _quoted(text: str) -> str:
    """Write a string that YAML reads as text, whatever it looks like: JSON's is one."""
    return json.dumps(text, ensure_ascii=False)


# ------------------------------------------------------------------------------------------- XML


def read_ykd(text: str) -> Parsed:
    """Read Yoshikoder's XML: ``cnode`` is a category, ``pnode`` a pattern."""
    parsed = Parsed()
    path: list[str] = []
    depth = [0]
    parser = expat.ParserCreate("utf-8")

    def refuse(*_: Any) -> int:
        raise LineError(parser.CurrentLineNumber, DOCUMENT_TYPE)

    def start(tag: str, attributes: dict[str, str]) -> None:
        line = parser.CurrentLineNumber
        depth[0] += 1
        if depth[0] > DEEPEST + 2:
            raise LineError(line, TOO_DEEP)
        if depth[0] == 1:
            if tag != "dictionary":
                raise LineError(line, NO_ROOT)
            return
        if tag not in ("cnode", "pnode"):
            raise LineError(line, UNKNOWN_ELEMENT.format(name=tag))
        name = attributes.get("name", "").strip()
        if not name:
            raise LineError(line, NO_NAME.format(name=tag))
        if tag == "cnode":
            path.append(name)
            meaning = attributes.get("desc") or attributes.get("description") or ""
            parsed.declare("/".join(path), meaning.strip())
        elif not path:
            raise LineError(line, OUTSIDE.format(word=name))
        else:
            parsed.entries.append(Entry(line, name, "/".join(path)))

    def end(tag: str) -> None:
        depth[0] -= 1
        if tag == "cnode":
            path.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise LineError(error.lineno, expat.ErrorString(error.code)) from None
    # the outermost category is the dictionary's own name, where it holds all the others
    filled = {e.category for e in parsed.entries}
    parsed.categories = {n: c for n, c in parsed.categories.items() if n in filled or c.meaning}
    return parsed


def write_ykd(lexicon: Lexicon) -> tuple[str, list[str]]:
    """Write Yoshikoder's XML."""
    losses: list[str] = []
    words: dict[str, list[str]] = {name: [] for name in names_of(lexicon)}
    for _, word, categories in pairs(lexicon, losses):
        for name in categories:
            words[name].append(word)
    meanings = {c.name: c.meaning for c in lexicon.categories}
    return "\n".join(_xml(words, meanings)) + "\n", losses


def _xml(words: dict[str, list[str]], meanings: dict[str, str]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<dictionary style="050805" patternengine="substring">'
    open_nodes: list[tuple[str, ...]] = []
    for path, inside in tree(words):
        while open_nodes and path[: len(open_nodes[-1])] != open_nodes[-1]:
            yield "  " * len(open_nodes) + "</cnode>"
            open_nodes.pop()
        open_nodes.append(path)
        margin = "  " * len(open_nodes)
        meaning = meanings.get("/".join(path), "")
        desc = f" desc={quoteattr(meaning)}" if meaning else ""
        yield f"{margin}<cnode name={quoteattr(path[-1])}{desc}>"
        for word in inside:
            yield f"{margin}  <pnode name={quoteattr(word)}/>"
    while open_nodes:
        yield "  " * len(open_nodes) + "</cnode>"
        open_nodes.pop()
    yield "</dictionary>"
