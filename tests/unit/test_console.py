"""Reports on paper and on terminals."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from lnfhir.console import plain, safe, show
from lnfhir.message import say
from lnfhir.report.layout import Line, Section, Tone
from lnfhir.report.text import report
from tests import reviews


def on_paper(text: str, width: int = 100) -> str:
    return plain((Section("s", say("title"), (Line(say("{text}", text=text), "-"),)),), width=width)


def test_plain_text_has_no_escape_codes_and_no_trailing_blanks() -> None:
    text = plain(report(reviews.rich_review(), "0.1.0"))
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.startswith("VERDICT\nPatient p1,")


def test_plain_text_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plain(report(reviews.rich_review(), "0.1.0"))
    for name, value in {"COLUMNS": "50", "FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": ""}.items():
        monkeypatch.setenv(name, value)
    assert plain(report(reviews.rich_review(), "0.1.0")) == before


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_line_is_wider_than_asked_and_no_word_is_lost(width: int) -> None:
    sections = report(reviews.rich_review(), "0.1.0")
    text = plain(sections, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    wide = plain(sections, width=400)
    assert sorted("".join(text.split()).replace("─", "")) == sorted("".join(wide.split()).replace("─", ""))


def test_wide_characters_are_counted_as_two_columns() -> None:
    text = on_paper("难治性狼疮肾炎" * 20, width=60)
    assert max(cell_len(line) for line in text.splitlines()) <= 60
    assert text.count("难治性") >= 18


def test_a_wrapped_sentence_stays_under_its_beginning() -> None:
    _, first, second, *_ = on_paper("word " * 30, width=60).splitlines()
    assert first.startswith("- word")
    assert second.startswith("  word")


def test_text_of_the_record_cannot_drive_the_terminal() -> None:
    text = on_paper("\x1b[31mred\x07\r\n\u202egnp\u2028x\u200b [bold]b[/bold] :smile:")
    assert text.splitlines()[1] == "- �[31mred���� [bold]b[/bold] :smile:".replace("����", "����gnp�x�")


@pytest.mark.parametrize("text", ["plain", "µmol/L", "尿蛋白 ≥0.5", "Zoë"])
def test_ordinary_letters_are_left_alone(text: str) -> None:
    assert safe(text) == text


def test_a_terminal_gets_colours_by_tone() -> None:
    paper = StringIO()
    console = Console(file=paper, force_terminal=True, color_system="standard", width=80)
    show((Section("s", say("title"), (Line(say("bad"), tone=Tone.CRITICAL),)),), console)
    assert "\x1b[1;31mbad" in paper.getvalue()


def test_a_report_is_translated_when_it_is_shown() -> None:
    text = plain(
        (Section("s", say("title"), (Line(say("{n} left", n=2)),)),),
        {"title": "标题", "{n} left": "剩{n}个"}.__getitem__,
    )
    assert text == "标题\n剩2个\n"
