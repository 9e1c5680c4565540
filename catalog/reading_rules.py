"""The rules that reading applies, with the examples that `catalog explain` shows and their tests run."""

from __future__ import annotations

import re

from catalog.problems import Rule, declare

_GOOD = "name: MNIST\nsummary: Handwritten digits.\n"


def _rule(id: str, title: str, why: str, bad: str, good: str = _GOOD) -> Rule:
    return declare(Rule(id, "error", title, why, bad, good))


SYNTAX = _rule(
    "yaml-syntax", "The file must be YAML that a parser can read.",
    "What cannot be read cannot be published.",
    "name: MNIST: handwritten digits\n", "name: 'MNIST: handwritten digits'\n")
TAB = _rule(
    "tab", "Lines are indented with spaces.", "YAML does not allow tabs for indentation.",
    "name: MNIST\nnames:\n\tru: МНИСТ\n", "name: MNIST\nnames:\n  ru: МНИСТ\n")
DUPLICATE_KEY = _rule(
    "duplicate-key", "A key stands once in a mapping.", "Other readers keep the last value silently and the first is lost.",
    "name: MNIST\nname: MNIST digits\n")
ANCHOR = _rule(
    "anchor", "Anchors are not used.", "A record must say what it says at the place where it says it.",
    "name: &x MNIST\n", "name: '&x MNIST'\n")
ALIAS = _rule(
    "alias", "Aliases are not used.", "A record must say what it says at the place where it says it.",
    "name: *x\n", "name: '*x'\n")
TAG = _rule(
    "tag", "Tags are not used.", "The type of a value follows from its field; tags can also run code in other readers.",
    "name: !!str MNIST\n")
MERGE_KEY = _rule(
    "merge-key", "The merge key is not used.", "What a record holds must be written in it.",
    "name: MNIST\n<<: {summary: Digits.}\n")
COMPLEX_KEY = _rule(
    "complex-key", "Keys are words.", "A list or mapping as a key cannot become a column or an id.",
    "? [name, title]\n: MNIST\n")
SECOND_DOCUMENT = _rule(
    "second-document", "A file holds one record.", "The file's name is the id of the one record in it.",
    "name: MNIST\n---\nname: SVHN\n")
EMPTY_FILE = _rule("empty-file", "A file holds a record.", "An empty file makes an id without a record.", "# nothing yet\n")
NOT_A_MAPPING = _rule(
    "not-a-mapping", "A record is a mapping of keys to values.", "A list or a bare text has no fields.",
    "- MNIST\n- SVHN\n")
TOO_LARGE = _rule(
    "too-large", "A file has at most 96 KB.", "Larger files are slow to review; the server shows no value above 100 KB.",
    "name: MNIST\nsummary: '" + "x" * (96 * 1024) + "'\n")
TOO_DEEP = _rule(
    "too-deep", "Nesting ends at 20 levels.", "Deep nesting is a slip of the pen or an attack.",
    "name: " + "[" * 25 + "]" * 25 + "\n")
INVALID_UTF8 = _rule(
    "invalid-utf8", "Files are encoded as UTF-8.", "Other encodings turn names into rubbish for everyone else.",
    "name: \udce9cole\n", "name: école\n")
BYTE_ORDER_MARK = _rule(
    "byte-order-mark", "Files begin without a byte-order mark.", "Some readers take it for part of the first key.",
    "\ufeffname: MNIST\n")
LINE_ENDING = _rule(
    "line-ending", "Lines end with LF.", "Mixed line endings make every line differ in a review.",
    "name: MNIST\r\nsummary: Digits.\r\n")
CONTROL_CHARACTER = _rule(
    "control-character", "Control characters are not used.", "They break terminals, feeds and XML, and nobody sees them.",
    "name: MN\x07IST\n")
INVISIBLE_CHARACTER = _rule(
    "invisible-character", "Zero-width and direction-changing characters are not used.",
    "They make two names look equal that are not, or a text read otherwise than it is stored.",
    "name: MN\u200bIST\n")
NOT_NFC = _rule(
    "not-nfc", "Text is in Unicode normal form C.", "The same word in two forms is not found by a search for the other.",
    "name: Lo\u0301pez\n", "name: López\n")
STRAY_FILE = declare(Rule(
    "stray-file", "error", "Every file below data/ is a record: data/<kind>/<id>.yaml.",
    "A file that is not read would be lost silently.",
    {"topics/vision.yml": "name: Vision\n"}, {"topics/vision.yaml": "name: Vision\n"}))
UNKNOWN_FOLDER = declare(Rule(
    "unknown-folder", "error", "The folders below data/ are the kinds.", "A record's folder says what kind it is.",
    {"topic/vision.yaml": "name: Vision\n"}, {"topics/vision.yaml": "name: Vision\n"}))
FILE_NAME = declare(Rule(
    "file-name", "error",
    "A file's name is its id: lower-case letters, digits and single hyphens, at most 80, no name Windows reserves.",
    "Ids stand in addresses and must work on every system.",
    {"topics/Machine_vision.yaml": "name: Machine vision\n"}, {"topics/machine-vision.yaml": "name: Machine vision\n"}))
DUPLICATE_ID = declare(Rule(
    "duplicate-id", "error", "An id is used once in its kind.", "Subfolders carry no meaning, so both files would be the same record.",
    {"topics/vision.yaml": "name: Vision\n", "topics/old/vision.yaml": "name: Seeing\n"}, {"topics/vision.yaml": "name: Vision\n"}))
UNREADABLE = declare(Rule(
    "unreadable", "error", "Every file can be opened.", "A record that cannot be opened would be lost silently."))

# What libyaml notices only at the end of the file or in the next line: the mistake is where the thing began.
SEEN_TOO_LATE = ("could not find expected ':'", "found unexpected end of stream")

# What libyaml says, in the words of somebody who has never seen a parser.
_SYNTAX_TEXTS = (
    ("mapping values are not allowed", "a colon followed by a space stands inside a text without quotes",
     "quote the whole text: 'like: this'"),
    ("could not find expected ':'", "a line holds a key without its colon", "write `key: value`, or indent the line under the text it belongs to"),
    ("did not find expected key", "this line does not fit the lines above", "give it the same indentation as its neighbours; close quotes and brackets above"),
    ("did not find expected '-' indicator", "this line does not fit the list above", "begin it with `- `, or indent it like the rest of its item"),
    ("did not find expected ',' or ']'", "a list in [ ] is not closed or lacks a comma", "add the comma or the closing ]"),
    ("did not find expected ',' or '}'", "a mapping in { } is not closed or lacks a comma", "add the comma or the closing }"),
    ("found unexpected end of stream", "the file ends inside a quoted text or a bracket", "close the quote or bracket"),
    ("did not find expected node content", "a value is missing here, or a bracket above is not closed", "write the value, or close the [ or {"),
    ("found unexpected document indicator", "a line `---` or `...` stands inside a quoted text", "close the quote above it"),
    ("found character that cannot start any token", "a value begins with a character that has a meaning in YAML (@, ` or %)", "quote the value"),
    ("block sequence entries are not allowed", "a list item begins where a text is expected", "begin the list on a line of its own"),
    ("found unknown escape character", "a backslash stands in a text with double quotes", "use single quotes, or write two backslashes"),
    ("found undefined alias", "a value begins with * and is read as an alias", "quote the value"),
    ("found undefined tag handle", "a value begins with ! and is read as a tag", "quote the value"),
    ("did not find expected alphabetic or numeric character", "a value begins with * or &", "quote the value"),
    ("did not find expected <document start>", "text stands after the end of the record", "give the line the same indentation as the first key"),
)


CLOSING = ("add the comma or the closing ]", "add the comma or the closing }")
_GLUED = re.compile(r"\s*(?:- )?([A-Za-z_][\w-]*):(?!//)(\S.*)")


def _shortened(text: str) -> str:
    """Return a text as a message repeats it: nobody reads a line of thousands of characters."""
    return text if len(text) <= 80 else f"{text[:80]}…"


def find_glued_colon(reason: str, lines: list[str], line: int) -> tuple[int, int, str, str] | None:
    """Return line, column, what is wrong and how to mend it if `key:value` stands at or just above the line where the parser stopped."""
    if "mapping values are not allowed" in reason or "could not find expected ':'" in reason:
        for number in (line, line - 1):
            found = _GLUED.fullmatch(lines[number - 1]) if 0 < number <= len(lines) else None
            if found:
                key, value = found.groups()
                shown = f"{_shortened(key)}: {_shortened(value)}"
                return number, found.start(2) + 1, f"no space stands after the colon of {_shortened(key)!r}", f"write `{shown}`"
    return None


def explain_syntax(reason: str, context: str | None) -> tuple[str, str]:
    """Return what is wrong and how to mend it for a message of the YAML parser."""
    for part, what, fix in _SYNTAX_TEXTS:
        if part in reason:
            return what, fix
    where = f" ({context})" if context else ""
    return f"the YAML parser stops here: {reason}{where}", "look for a missing quote, colon, comma or indentation in this line and the one above"
