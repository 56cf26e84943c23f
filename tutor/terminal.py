"""What the commands show in a terminal (Rich)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from rich.text import Text

from tutor.domain import Reply

if TYPE_CHECKING:
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
