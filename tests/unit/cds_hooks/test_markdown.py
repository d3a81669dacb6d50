"""Text from a record is inert in the clinician's view."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cds_hooks.markdown import SUMMARY_LENGTH, bullets, one_line, plain, section, shortened, table

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</p><script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![](http://evil.example/p.png)",
    "[click](/cds-services)",
    "![](p.png)",
    "<http://evil.example>",
    "[x]: http://evil.example",
    "a | b | c",
    "`code` *bold* _it_ ~~gone~~",
    "# heading",
    "- list",
    "1. item",
    "> quote",
    "===",
    "+ plus",
    "a\n\n# b",
    "a\r\n| b |",
    "\\[a](http://evil.example)",
    "&lt;b&gt; &#60;b&#62;",
    "  indented code?",
]


def text_of(markdown: str) -> str:
    """What a reader sees, through a renderer that lets HTML pass."""
    return re.sub(r"<[^>]*>", "", RENDER.render(markdown)).strip()


def elements(markdown: str) -> set[str]:
    """The elements a renderer makes."""
    return set(re.findall(r"<([a-z0-9]+)", RENDER.render(markdown)))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("layout", ["{}", "- {}", "**{}**", "  - **met**: {}"])
def test_hostile_text_makes_no_element(hostile: str, layout: str) -> None:
    harmless = elements(layout.format("harmless"))
    assert elements(layout.format(plain(hostile))) <= harmless


@given(st.text(max_size=30))
def test_any_text_makes_no_element_and_no_tag(text: str) -> None:
    shown = plain(text)
    assert elements("- x " + shown) == elements("- x")
    assert elements("- " + shown) <= {"ul", "li"}
    assert "\n" not in shown
    assert "<" not in shown


@given(st.text(alphabet="ab |\\`*_[]<>&~#-+.1!", max_size=20))
def test_a_reader_sees_the_text_itself(text: str) -> None:
    rendered = text_of("x " + plain(text))
    unescaped = rendered.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    assert unescaped == ("x " + one_line(text)).strip()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_table_keeps_its_cells(hostile: str) -> None:
    rendered = RENDER.render(table(("a", "b"), [(hostile, "after")]))
    assert rendered.count("<td>") == 2
    assert "<td>after</td>" in rendered
    assert set(re.findall(r"<([a-z0-9]+)", rendered)) == {"table", "thead", "tbody", "tr", "th", "td"}


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("see https://evil.example/x", "see https: //evil.example/x"),
        ("see WWW.evil.example", "see WWW .evil.example"),
        ("write to me@evil.example", "write to me @evil.example"),
        ("mailto:me", "mailto :me"),
        ("ratio 1:2", "ratio 1:2"),
    ],
)
def test_a_bare_address_is_broken(address: str, shown: str) -> None:
    assert plain(address) == shown


def test_invisible_characters_are_dropped() -> None:
    assert one_line("a\u202eb\u200bc\x1b[31m\u2028d\te\ufeff") == "abc [31m d e"


@given(st.text(max_size=300))
def test_a_summary_is_short_and_opens_no_tag(text: str) -> None:
    shown = shortened(text)
    assert len(shown) <= SUMMARY_LENGTH
    assert re.search(r"<[A-Za-z/!?]", shown) is None
    if len(one_line(text)) <= SUMMARY_LENGTH:
        assert shown.replace("‹", "<") == one_line(text).replace("‹", "<")


def test_a_summary_is_cut_between_words() -> None:
    assert len(shortened("x" * 200)) == 139
    assert shortened("one two three", 10) == "one two…"
    assert shortened("one two three", 13) == "one two three"
    assert shortened("one two, three", 11) == "one two…"
    assert shortened("unbreakable", 5) == "unbr…"
    assert shortened("one two", 5) == "one…"
    assert shortened("eGFR < 60 <b>") == "eGFR < 60 ‹b>"


def test_an_empty_section_leaves_no_trace_and_a_list_no_repeats() -> None:
    assert section("Because", "") == ""
    assert section("Because", bullets(["a", "b", "a"])) == "**Because**\n\n- a\n- b"
