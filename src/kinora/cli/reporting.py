"""The report in the terminal: short, coloured, in the prompt's language."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinora.types.plan import Lang
from kinora.types.report import Change, Report, ReportItem

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "understood": "understood",
        "approximated": "approximated",
        "not_supported": "not supported",
        "scene": "in the picture",
        "ignored": "ignored",
        "assumption": "note",
        "conflict": "conflict",
        "changed": "changed",
        "how": "to get it: ",
    },
    "fr": {
        "understood": "compris",
        "approximated": "approché",
        "not_supported": "non réalisable",
        "scene": "dans l’image",
        "ignored": "ignoré",
        "assumption": "à noter",
        "conflict": "conflit",
        "changed": "changé",
        "how": "pour l’obtenir : ",
    },
}
_LOOK: dict[str, tuple[str, str]] = {
    "understood": ("✓", "green"),
    "approximated": ("≈", "yellow"),
    "not_supported": ("✗", "red"),
    "conflict": ("!", "magenta"),
    "assumption": ("i", "cyan"),
    "changed": ("±", "blue"),
    "scene": ("·", "dim"),
    "ignored": ("·", "dim"),
}


def print_report(report: Report, console: Console) -> None:
    """Print every list of the report, one line an entry, worst news in colour."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for kind, text in _lines(report):
        mark, colour = _LOOK[kind]
        label = f"{mark} {_WORDS[report.lang][kind]}"
        table.add_row(Text(label, style=colour), Text(text, style="dim" if colour == "dim" else ""))
    console.print(table)


def _lines(report: Report) -> list[tuple[str, str]]:
    items = (*report.understood, *report.approximated, *report.not_supported)
    lines: list[tuple[str, str]] = [(i.status, _words(i, lang=report.lang)) for i in items]
    quote = "« {} »" if report.lang == "fr" else "“{}”"
    lines += [("changed", _change(change, lang=report.lang)) for change in report.changes]
    told = {text for item in items for text in (item.request, item.reason)}
    lines += [("conflict", note.text) for note in report.conflicts if note.text not in told]
    lines += [("assumption", note.text) for note in report.assumptions if note.text not in told]
    for kind, spans in (("scene", report.scene), ("ignored", report.ignored_text)):
        if spans:
            lines.append((kind, " · ".join(quote.format(" ".join(p.text.split())) for p in spans)))
    return list(dict.fromkeys(lines))  # a move that goes on over several beats is told once


def _change(change: Change, *, lang: Lang) -> str:
    """``pan: pan left, 5° → pan right, 5°``, with − for nothing."""
    colon = " :" if lang == "fr" else ":"
    return f"{change.what}{colon} {change.before or '−'} → {change.after or '−'}"


def _words(item: ReportItem, *, lang: Lang) -> str:
    words = item.request
    if item.done and item.done != item.request:
        words = f"{words.removesuffix('.')} → {item.done}"
    if item.reason:
        words += f" ({item.reason})"
    if item.how_to_get_it:
        words += f"; {_WORDS[lang]['how']}{item.how_to_get_it}"
    return words
