"""What the commands show in a terminal (Rich)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rich.box import SIMPLE
from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from tutor.domain import Reply

if TYPE_CHECKING:
    from tutor.corpus_check.records import Checked
    from tutor.ingest import Progress

_WELCOME = "Ask me about your unit, for example: explain Arnstein's ladder. An empty line ends our talk."


def show_reply(reply: Reply) -> None:
    """An answer, its sources, and what to ask next. Document text is shown as text: no markup in it runs."""
    console = Console(highlight=False)
    console.print()
    console.print(Markdown(reply.text, hyperlinks=False))
    if reply.citations:
        console.print()
        console.print(Text("Sources" if reply.answered else "Nearest passages", style="bold"))
        for citation in reply.citations:
            console.print(Text(f"[{citation.number}] {citation.title} › {citation.section}", style="dim"))  # noqa: RUF001
            if not reply.answered:
                console.print(Text(f"    {citation.quote}"))
    if reply.suggestions:
        console.print()
        console.print(Text("You could ask next", style="bold"))
        for suggestion in reply.suggestions:
            console.print(Text(f"  {suggestion}"))
    console.print()


def show_welcome() -> None:
    Console(stderr=True, highlight=False).print(Text(_WELCOME))


def read_message() -> str:
    """The next message, or nothing when the student is done."""
    try:
        return Console(highlight=False).input("[bold]You:[/bold] ").strip()
    except EOFError:
        return ""


def show_documents(rows: Sequence[Mapping[str, object]]) -> None:
    """The library by unit, one line a document; its name is never cut short, because other commands take it."""
    console = Console(highlight=False)
    longest = max((len(str(row["document"])) for row in rows), default=0)
    for unit, of_unit in groupby(rows, key=lambda row: str(row["unit"])):
        console.print(Text(unit or "No unit", style="bold"), soft_wrap=True)
        for row in of_unit:
            line = f"  {row['document']!s:<{longest}}  {row['title']} ({row['tier']}, {row['passages']} passages)"
            console.print(Text(line), soft_wrap=True)


def show_checked(checked: Checked) -> None:
    """What a check of notes measured, in tables, and what it found, one line each."""
    console = Console(highlight=False)
    measures = Table(box=SIMPLE, pad_edge=False)
    measures.add_column("note", overflow="fold")
    for name in ("words", "reading ease", "questions"):
        measures.add_column(name, justify="right")
    for note in checked.notes:
        measures.add_row(Text(note.file), str(note.words), f"{note.reading_ease:.0f}", str(note.asked))
    console.print(measures)
    _show_by_unit(console, "term", "explain", [(row.unit, row.term, row.notes) for row in checked.terms])
    outcomes = [(row.unit, f"{row.outcome} {row.name}".strip(), row.notes) for row in checked.outcomes]
    _show_by_unit(console, "outcome", "serve", outcomes)
    for title, found in (("Worth a look", checked.warnings), ("To mend", checked.findings)):
        if found:
            console.print(Text(title, style="bold"))
        for finding in found:
            console.print(Text(str(finding)), soft_wrap=True)
    files = f"{len(checked.notes)} file{'s' if len(checked.notes) != 1 else ''}"
    counts = f"{files}: {len(checked.findings)} to mend, {len(checked.warnings)} worth a look"
    console.print(Text(counts))


def _show_by_unit(console: Console, what: str, does: str, rows: Sequence[tuple[str, str, Sequence[str]]]) -> None:
    for unit, of_unit in groupby(rows, key=lambda row: row[0]):
        table = Table(title=Text(unit), title_justify="left", box=SIMPLE, pad_edge=False)
        for head in (what, f"notes that {does} it"):
            table.add_column(head, overflow="fold")
        for _, name, files in of_unit:
            table.add_row(Text(name), Text(", ".join(PurePosixPath(file).stem for file in files) or "none"))
        console.print(table)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on standard error that appears with the first file that takes reading; one line where it is no terminal."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda name, number, total: console.print(Text(f"Reading documents: {total}")) if number == 1 else None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading documents", total=None, visible=False)

        def step(name: str, number: int, total: int) -> None:
            shown = escape(Text(name).plain[:50])  # the name of a file is text, no markup
            bar.update(task, description=shown, completed=number - 1, total=total, visible=True)

        yield step
