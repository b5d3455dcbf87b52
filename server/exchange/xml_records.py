"""XML read as a stream of records: the elements just below the root, one in memory at a time.

Namespaces are dropped, so that every version of a standard reads alike. DTDs and entities are refused
whole: such a file is an attack or a mistake. Raises UnreadableFile with the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from server.exchange.files import CHUNK_BYTES, SourceFile
from server.exchange.rows import UnreadableFile

DEPTH_MAX = 40
NODES_MAX = 20_000
TEXT_CHARACTERS_MAX = 256 * 1024
"""Bounds of one record: a student with a thousand doses stays far below them."""


@dataclass
class Node:
    """An element: its name without namespace, its text, its children, and the line it starts on."""

    tag: str
    line: int
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def child(self, *path: str) -> "Node | None":
        """The first descendant along a path of names; None where there is none."""
        node: Node | None = self
        for tag in path:
            node = next((one for one in node.children if one.tag == tag), None) if node is not None else None
        return node

    def all(self, tag: str) -> list["Node"]:
        return [one for one in self.children if one.tag == tag]

    def value(self, *path: str) -> str:
        """The text at a path, trimmed; empty where there is none."""
        node = self.child(*path)
        return node.text.strip() if node is not None else ""

    def find(self, tag: str) -> str:
        """The text of the first descendant of that name, at any depth."""
        for one in self.children:
            if one.tag == tag:
                return one.text.strip()
            if found := one.find(tag):
                return found
        return ""


def root_of(source: SourceFile) -> str:
    """The name of the file's root element; empty when the file is empty or no XML at all."""
    with source.open() as opened:
        start = opened.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return ""
    target, parser = _parser(source.name)
    with source.open() as opened:
        _feed(parser, opened.read(64 * 1024), target)
    return target.root


def xml_records(source: SourceFile) -> Iterator[Node]:
    """Every child of the root, whole, in order."""
    target, parser = _parser(source.name)
    with source.open() as opened:
        while chunk := opened.read(CHUNK_BYTES):
            _feed(parser, chunk, target)
            yield from target.taken()
        _feed(parser, None, target)
        yield from target.taken()


class _Target:
    """Builds one record at a time; keeps finished ones until they are taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = ""
        self.expat: Any = None
        self.open: list[Node] = []
        self.finished: list[Node] = []
        self.nodes = self.characters = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        plain = tag.rsplit("}", 1)[-1]
        if not self.root:
            self.root = plain
            return
        node = Node(plain, self.expat.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.nodes = self.characters = 0
        self.open.append(node)
        self.nodes += 1
        self._check(len(self.open) <= DEPTH_MAX and self.nodes <= NODES_MAX)

    def data(self, text: str) -> None:
        if self.open:
            self.characters += len(text)
            self._check(self.characters <= TEXT_CHARACTERS_MAX)
            self.open[-1].text += text

    def end(self, _tag: str) -> None:
        if self.open:
            node = self.open.pop()
            if not self.open:
                self.finished.append(node)

    def close(self) -> None:
        return None

    def taken(self) -> list[Node]:
        finished, self.finished = self.finished, []
        return finished

    def _check(self, holds: bool) -> None:
        if not holds:
            raise UnreadableFile(self.name, self.expat.CurrentLineNumber, "one record is too large or nested too deep.")


def _parser(name: str) -> tuple[_Target, Any]:
    target = _Target(name)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    target.expat = parser.parser
    return target, parser


def _feed(parser: Any, chunk: bytes | None, target: _Target) -> None:
    """Feed a chunk, or end the document with None."""
    try:
        if chunk is None:
            parser.close()
        else:
            parser.feed(chunk)
    except ParseError as error:
        line, _ = error.position
        raise UnreadableFile(target.name, line, "the XML is damaged or cut short.") from error
    except DefusedXmlException as error:
        raise UnreadableFile(
            target.name, target.expat.CurrentLineNumber, "the XML declares a document type or entities; none is needed."
        ) from error
    except (LookupError, ValueError) as error:
        raise UnreadableFile(target.name, None, "the XML names an encoding that is not supported.") from error
