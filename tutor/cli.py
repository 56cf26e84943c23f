"""The ``tutor`` command. Thin: parse, call the library, print.

Answers and ``--json`` go to standard output; logs, progress and errors to standard error.
Exit codes: 0 done, 1 could not, 2 wrong usage; 130 stopped by Ctrl-C, as shells have it.
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tutor.domain import Tier
from tutor.errors import TutorError
from tutor.settings import Settings, quiet_libraries, share_heaps

if TYPE_CHECKING:
    from tutor.facade import Tutor
    from tutor.ingest import Progress

app = typer.Typer(
    name="tutor",
    help="A revision tutor that answers by quoting its sources, and cites every quote.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
library_app = typer.Typer(help="Look at the documents of the library, and take one out.", no_args_is_help=True)
app.add_typer(library_app, name="library")
corpus_app = typer.Typer(help="Look after a folder of notes.", no_args_is_help=True)
app.add_typer(corpus_app, name="corpus")

_COULD_NOT, _STOPPED = 1, 130

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; an error is printed as one line, never as a traceback."""
    quiet_libraries()
    _keep_logs_short()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack a character, and input may be no text
    sys.exit(_run(arguments))


def _run(arguments: list[str] | None) -> int:
    """Run one command; returns the exit code."""
    try:
        code = app(args=arguments, standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        return _misused(error)
    except TutorError as error:
        return _told(str(error), _COULD_NOT)
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except BrokenPipeError:
        return _without_reader()
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        what = f"something went wrong on our side ({type(error).__name__}: {error})"
        return _told(f"{what}; python -X dev -m tutor … shows where, for a report", _COULD_NOT)
    if code == _STOPPED:  # Typer has caught Ctrl-C
        return _stopped()
    return code if isinstance(code, int) else 0


@app.command()
def ask(question: Annotated[str, typer.Argument(help="Your question, in quotes.")], as_json: Json = False) -> None:
    """Answer one question."""
    if not question.strip():
        raise typer.BadParameter('expected a question, got nothing; try: tutor ask "explain co-production".')
    with _tutor() as tutor:
        reply = tutor.ask(_as_text(question))
    if as_json:
        _print_json(reply.to_dict())
        return
    from tutor.terminal import show_reply

    show_reply(reply)


@app.command()
def chat() -> None:
    """Talk with the tutor in the terminal; an empty line or Ctrl-D ends it."""
    from tutor.dialogue import Conversation
    from tutor.terminal import read_message, show_reply, show_welcome

    with _tutor() as tutor:
        conversation = Conversation()
        show_welcome()
        while message := read_message():
            conversation, events = tutor.turn(conversation, message)
            for event in events:
                show_reply(event.reply)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: .md .txt .html .pdf .docx .pptx")],
    tier: Annotated[Tier | None, typer.Option(help="How much weight these documents bear.")] = None,
    unit: Annotated[str | None, typer.Option(help="The unit that these documents belong to.")] = None,
    qualification: Annotated[str | None, typer.Option(help="The qualification that they belong to.")] = None,
    as_json: Json = False,
) -> None:
    """Bring documents into the library; those that it holds already are left alone."""
    from tutor.ingest import Overrides

    with _tutor() as tutor, _progress() as progress:
        done = tutor.ingest(paths, overrides=Overrides(tier, unit, qualification), progress=progress)
    for line in done.failed:
        _say(line)
    if as_json:
        _print_json(
            {
                "added": done.added,
                "updated": done.updated,
                "unchanged": done.unchanged,
                "failed": done.failed,
                "new_passages": done.new_passages,
            }
        )
    else:
        _say(
            f"{len(done.added)} added, {len(done.updated)} updated, {len(done.unchanged)} unchanged, "
            f"{len(done.failed)} could not be read; {done.new_passages} new passages"
        )
    if not (done.added or done.updated or done.unchanged or done.failed):
        names = ", ".join(str(path) for path in paths)
        _say(f"expected .md, .txt, .html, .pdf, .docx or .pptx files in {names}, found none; name another folder")
        raise typer.Exit(_COULD_NOT)
    if done.failed:
        raise typer.Exit(_COULD_NOT)


@library_app.command("list")
def library_list(as_json: Json = False) -> None:
    """List the documents of the library."""
    with _tutor() as tutor:
        snapshot = tutor.library.snapshot()
    counts: dict[str, int] = dict.fromkeys(snapshot.documents, 0)
    for passage in snapshot.passages:
        for document in {place.document for place in (passage.place, *passage.also)}:
            counts[document] += 1
    rows = [
        {
            "document": head.id,
            "title": head.title,
            "tier": head.tier.value,
            "unit": head.unit,
            "qualification": head.qualification,
            "path": head.path,
            "passages": counts[head.id],
            "added": head.added,
        }
        for head in sorted(snapshot.documents.values(), key=lambda head: (head.unit, head.id))
    ]
    if as_json:
        _print_json({"documents": rows})
        return
    from tutor.terminal import show_documents

    show_documents(rows)


@library_app.command("show")
def library_show(document: Annotated[str, typer.Argument(help="A document's name, as in the list.")]) -> None:
    """Print the stored text of a document, the one that every quote's start and end count in."""
    with _tutor() as tutor:
        text = tutor.library.document(document).text
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


@library_app.command("remove")
def library_remove(document: Annotated[str, typer.Argument(help="A document's name, as in the list.")]) -> None:
    """Take a document out of the library; its file is not touched."""
    with _tutor() as tutor:
        tutor.remove(document)
    _say(f"{document}: removed")


@corpus_app.command("check")
def corpus_check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of notes; the shipped ones when none is named.")
    ] = None,
    against: Annotated[Path | None, typer.Option(help="A folder of texts that the notes may not copy from.")] = None,
    as_json: Json = False,
) -> None:
    """Check notes before they are taken in: front matter, headings, bullets, coverage. Nothing is changed."""
    from tutor.corpus_check.check import check_corpus

    folder = Settings.from_environment().corpus if folder is None else folder
    checked = check_corpus(folder, today=datetime.now(UTC).date(), against=against)
    if as_json:
        _print_json(checked.to_dict())
    else:
        from tutor.terminal import show_checked

        show_checked(checked)
    if checked.findings:
        raise typer.Exit(_COULD_NOT)


@app.command()
def serve() -> None:
    """Open the page; TUTOR_HOST and TUTOR_PORT say where."""
    settings = Settings.from_environment()
    from tutor.ui.page import launch

    with _tutor() as tutor:
        launch(tutor, settings)


@app.command("eval")
def evaluate(
    suites: Annotated[list[str] | None, typer.Argument(help="Which suites; all when none is named.")] = None,
    as_json: Json = False,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 where a target is missed.")] = False,
    split: Annotated[str | None, typer.Option(help="Only the questions of this split: dev or held.")] = None,
    limit: Annotated[int | None, typer.Option(help="At most this many questions a suite.", min=1)] = None,
    out: Annotated[Path | None, typer.Option(help="Write the JSON report to this file too.")] = None,
) -> None:
    """Measure the tutor: retrieval, refusal, citations, intent, beside the plain pipeline."""
    from evals.run import main as run

    raise typer.Exit(run(suites or [], as_json=as_json, gate=gate, split=split, limit=limit, out=out))


@contextmanager
def _tutor() -> Iterator[Tutor]:
    """The tutor with its library built; a progress bar shows while it is."""
    share_heaps()
    from tutor.facade import Tutor

    with _progress() as progress:
        tutor = Tutor.open(progress=progress)
    try:
        yield tutor
    finally:
        tutor.close()


@contextmanager
def _progress() -> Iterator[Progress]:
    from tutor.terminal import progress_bar

    with progress_bar() as step:
        yield step


def _print_json(value: dict[str, Any]) -> None:
    plain = (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
    sys.stdout.write(json.dumps(value, ensure_ascii=plain) + "\n")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _told(message: str, code: int) -> int:
    """Print why a command ends early, on one line; returns the exit code."""
    _say(f"tutor: {' '.join(message.split())}")
    return code


def _stopped() -> int:
    """Say that Ctrl-C was seen; returns the exit code.

    Python remembers a Ctrl-C that came while it executed a string (importing a dataclass does that) and at its end dies
    of the signal, whatever the exit code; executing another string makes it forget.
    """
    exec("")
    return _told("stopped", _STOPPED)


def _misused(error: typer.TyperException) -> int:
    """Print what was wrong with the command as it was typed; a command without arguments gets its help."""
    message = error.format_message()
    if message.startswith("Usage:"):
        _say(message)
        return error.exit_code
    context: typer.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tutor"
    return _told(f"{message} See: {command} --help", error.exit_code)


def _as_text(argument: str) -> str:
    """An argument whose bytes are no UTF-8, as text: such bytes become replacement characters."""
    return argument.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _without_reader() -> int:
    """The reader of our output has left, as ``head`` does: say nothing, and let the interpreter flush to nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _COULD_NOT


def _keep_logs_short() -> None:
    """Warnings of any library go to standard error; lower levels do not, whatever level a library gives its logger."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], format="%(levelname)s %(name)s: %(message)s")
