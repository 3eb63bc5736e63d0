"""Splits a page into passages along its structure.

Sections (from heading to heading) are the first cut; a short lead above the first heading joins the first
section, for alone it answers nothing. A section that is too long is cut between blocks; lists
and tables stay whole unless one alone is far too long, and then it is cut between items or rows, with the
sentence that introduces it, or the table's head, repeated. Long paragraphs are cut between sentences.

A comment of this form below a heading isn't part of the text; it tells how customers ask for the section:

    <!-- asked: does it matter that I lost the box | may I try it on first -->
"""

import hashlib
import re
from dataclasses import dataclass, field

from assistant.ids import PassageId
from assistant.knowledge.pages import Page
from assistant.knowledge.passages import Passage
from assistant.text.tokens import estimate_tokens

RECIPE = "4"
"""Changes whenever pages would be split or embedded otherwise; every page is then taken in again."""

TARGET_TOKENS = 220
LEAST_TOKENS = 40
WHOLE_TOKENS = 440

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(])|(?<=[。！？；])")
LEAD_END = "\n"
"""Ends a page's opening that shares a passage with the first section: one more empty line than between paragraphs."""
_ASKED = re.compile(r"<!--\s*asked:(.*?)-->", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|`([^`\n]+)`")


@dataclass
class _Section:
    heading: str
    blocks: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def split(page: Page) -> list[Passage]:
    """The passages of `page`, in its order; one that is said twice under one heading comes once."""
    passages: dict[str, Passage] = {}
    for section in _sections(page):
        whole = "\n\n".join(section.blocks)
        for text in _pack(section.blocks):
            passage_id = _passage_id(page, section, text)
            passages[passage_id] = Passage(
                passage_id=PassageId(passage_id),
                page=page.page,
                title=page.front.title,
                heading=section.heading,
                text=text,
                language=page.language,
                section_text=whole,
                url=page.front.url,
                keywords=page.front.keywords,
                asked=tuple(section.asked),
            )
    return list(passages.values())


def _passage_id(page: Page, section: _Section, text: str) -> str:
    said = "\x1f".join((RECIPE, page.front.title, *page.front.keywords, section.heading, *section.asked, text))
    return f"{page.page}@{page.language}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _sections(page: Page) -> list[_Section]:
    from markdown_it import MarkdownIt

    lines = page.body.split("\n")
    path: list[tuple[int, str]] = []
    sections = [_Section("")]
    tokens = MarkdownIt("commonmark").enable("table").parse(page.body)
    for at, token in enumerate(tokens):
        if token.level != 0 or token.map is None:
            continue
        if token.type == "heading_open":
            level, words = int(token.tag[1:]), _plain(tokens[at + 1].content)
            path = [(depth, above) for depth, above in path if depth < level]
            if not (level == 1 and words == page.front.title):
                path.append((level, words))
            sections.append(_Section(" > ".join(words for _, words in path)))
            continue
        if token.type == "html_block":
            sections[-1].asked += _questions(token.content)
        block = _plain("\n".join(lines[token.map[0] : token.map[1]])).strip()
        if block and token.type not in ("hr", "html_block"):
            sections[-1].blocks.append(block)
    full = [section for section in sections if section.blocks]
    if len(full) > 1 and not full[0].heading and estimate_tokens("\n\n".join(full[0].blocks)) < LEAST_TOKENS:
        lead = full.pop(0)
        lead.blocks[-1] += LEAD_END
        full[0].blocks, full[0].asked = lead.blocks + full[0].blocks, lead.asked + full[0].asked
    return full


def _questions(html: str) -> list[str]:
    """The questions of a comment that tells how customers ask."""
    found = (" ".join(question.split()) for comment in _ASKED.findall(html) for question in comment.split("|"))
    return [question for question in found if question]


def _plain(markdown: str) -> str:
    without_links = _LINK.sub(r"\1", markdown)
    return _EMPHASIS.sub(lambda found: found[2] or found[3] or found[4], without_links)


def _pack(blocks: list[str]) -> list[str]:
    """Blocks joined into texts of at most the target, as long as none must be broken for it."""
    texts: list[str] = []
    room = ""
    for unit in _units(blocks):
        joined = f"{room}\n\n{unit}" if room else unit
        if room and estimate_tokens(joined) > TARGET_TOKENS:
            texts.append(room)
            room = unit
        else:
            room = joined
    if room and texts and estimate_tokens(room) < LEAST_TOKENS:
        texts[-1] = f"{texts[-1]}\n\n{room}"
    elif room:
        texts.append(room)
    return texts


def _units(blocks: list[str]) -> list[str]:
    """Blocks that must not be parted from each other are joined, blocks that are far too long are cut."""
    units: list[str] = []
    lead = ""
    for at, block in enumerate(blocks):
        introduces = block.rstrip().endswith((":", "：")) and at + 1 < len(blocks) and not lead
        if introduces:
            lead = block
            continue
        units += _cut(lead, block)
        lead = ""
    return units


def _cut(lead: str, block: str) -> list[str]:
    whole = f"{lead}\n\n{block}" if lead else block
    is_list, is_table = bool(re.match(r"([-*+]|\d+[.)])\s", block)), block.startswith("|")
    limit = WHOLE_TOKENS if is_list or is_table else TARGET_TOKENS
    if estimate_tokens(whole) <= limit:
        return [whole]
    if is_table:
        head, rule, *rows = block.split("\n")
        return _fill(rows, TARGET_TOKENS, "\n", before="\n".join(filter(None, [lead, head, rule])))
    if is_list:
        items = re.split(r"\n(?=(?:[-*+]|\d+[.)])\s)", block)
        return _fill(items, TARGET_TOKENS, "\n", before=lead)
    glue = "" if re.search(r"[。！？；]", block) else " "
    return _fill(_SENTENCE_END.split(whole), TARGET_TOKENS, glue)


def _fill(pieces: list[str], limit: int, glue: str, before: str = "") -> list[str]:
    texts: list[str] = []
    room = ""
    for piece in pieces:
        joined = f"{room}{glue}{piece}" if room else piece
        if room and estimate_tokens(f"{before}\n{joined}") > limit:
            texts.append(room)
            room = piece
        else:
            room = joined
    texts.append(room)
    return [f"{before}\n{text}" if before else text for text in texts if text.strip()]
