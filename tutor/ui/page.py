"""The student's page: a chat whose answers open their passages, and the ``ask`` endpoint behind it."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from errno import EADDRINUSE
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from tutor.dialogue import LONGEST_MESSAGE, Conversation
from tutor.domain import Reply
from tutor.errors import BadSetting, TutorError, UnknownDocument
from tutor.facade import Tutor
from tutor.settings import Settings
from tutor.ui.gate import Gate
from tutor.ui.render import Surroundings, answer_html, notice_html, said_html, surroundings_of
from tutor.ui.style import HEAD

EXAMPLES = (
    "Explain Arnstein's ladder",
    "What is co-production?",
    "What do people get wrong about the public sector equality duty?",
    "Compare partnership working and networking",
    "Give me an example of body-worn video",
    "Is it true that SMART objectives guarantee success?",
)
"""Questions that the shipped corpus answers."""

OUR_FAULT = "Something went wrong on our side; your question is kept, please try again."
STUDENTS_AT_ONCE = 20
"""Questions that are taken and shown at the same moment; the others wait in Gradio's queue."""
ANSWERS_AT_ONCE = os.cpu_count() or 1
"""Answers that are worked on at the same moment, first come first served: more would only slow each other."""
SECONDS_TO_FINISH = 2
"""How long answers that are under way may take when the server is stopped."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One message on the screen, as HTML that may be shown as it is."""

    role: str
    html: str
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One student's conversation; lives in the browser tab's own state and nowhere else."""

    conversation: Conversation = field(default_factory=Conversation)
    lines: tuple[Line, ...] = ()

    def with_lines(self, *lines: Line) -> Session:
        return replace(self, lines=self.lines + lines)


Shown = tuple[Any, Any, Any]
"""New values for the conversation on the screen, the session and the box."""


def build_page(tutor: Tutor) -> gr.Blocks:
    """The page and the ``ask`` endpoint; building does not serve it."""

    # Every thread that runs the models keeps working memory for them (some 25 MiB), and Gradio has dozens of threads.
    desk = ThreadPoolExecutor(ANSWERS_AT_ONCE, thread_name_prefix="answer")

    def respond(typed: str, session: Session, event: gr.EventData) -> Iterator[Shown]:
        picked = isinstance(event.target, gr.Chatbot)
        yield from _respond(tutor, desk, _picked(event.value) if picked else typed, session, picked=picked)

    def ask(question: str) -> dict[str, Any]:
        return _ask(tutor, desk, question)

    with gr.Blocks(title="Tutor", analytics_enabled=False, fill_height=True) as page:
        session = gr.State(Session())
        with gr.Row(elem_id="tutor-top"):
            gr.Markdown(
                "# Tutor\nAsk about your course. Every answer shows the passages it comes from.",
                elem_id="tutor-title",
            )
            new = gr.Button("New conversation", size="sm", elem_id="tutor-new")
        chat = gr.Chatbot(
            elem_id="tutor-chat",
            label="Conversation",
            show_label=False,
            placeholder="Choose a question to begin, or type your own below.",
            examples=[{"text": question} for question in EXAMPLES],
            render_markdown=False,
            latex_delimiters=[],
            sanitize_html=True,
            allow_tags=False,
            autoscroll=False,
            buttons=[],
            allow_file_downloads=False,
            layout="bubble",
            scale=1,
            height=240,
            min_height=240,
        )
        box = gr.Textbox(
            elem_id="tutor-box",
            label="Your question",
            placeholder="Type and press Enter",
            lines=1,
            max_lines=6,
            max_length=10 * LONGEST_MESSAGE,
            submit_btn="Ask",
            autofocus=True,
        )
        gr.on(
            [box.submit, chat.example_select, chat.option_select],
            respond,
            inputs=[box, session],
            outputs=[chat, session, box],
            show_progress="hidden",
            api_visibility="private",
        )
        # To cancel an event and to clear the screen are two requests: one may overtake the other and leave a question
        # standing that is never answered. The page opened anew knows nothing of what was under way.
        new.click(None, js="() => window.location.reload()", api_visibility="private")
        gr.api(ask, api_name="ask", api_description="Answer one question; the same record as tutor ask --json.")
    page.queue(default_concurrency_limit=STUDENTS_AT_ONCE)
    return page


def _picked(value: object) -> object:
    """The words of a button in the chat: a suggestion comes as a string, an example as a dictionary."""
    return value.get("text") if isinstance(value, dict) else value


def _respond(tutor: Tutor, desk: Executor, message: object, session: Session, *, picked: bool) -> Iterator[Shown]:
    """Show the message at once, then what came of it."""
    if not isinstance(message, str) or not message.strip():
        yield gr.skip(), gr.skip(), gr.skip()
        return
    if len(message) > LONGEST_MESSAGE:
        line = (
            f"Your message has {len(message):,} characters and I can read {LONGEST_MESSAGE:,}. "
            "It is still in the box: please shorten it, or ask about one part at a time."
        )
        session = session.with_lines(Line("assistant", notice_html(line)))
        yield _chat(session.lines), session, gr.skip()
        return
    waiting = session.with_lines(Line("user", said_html(message.strip())))
    looking = Line("assistant", '<p class="tutor-looking">Looking in the library …</p>')
    yield _chat((*waiting.lines, looking)), gr.skip(), gr.skip() if picked else ""
    try:
        answered = desk.submit(_answered, tutor, message, waiting).result()
    except TutorError as error:
        answered = waiting.with_lines(Line("assistant", notice_html(str(error))))
    except Exception:  # noqa: BLE001 - here an error meets the student
        _log.exception("a question could not be answered")
        answered = waiting.with_lines(Line("assistant", notice_html(OUR_FAULT)))
        yield _chat(answered.lines), answered, message
        return
    yield _chat(answered.lines), answered, gr.skip()


def _answered(tutor: Tutor, message: str, session: Session) -> Session:
    conversation, events = tutor.turn(session.conversation, message)
    for place, event in enumerate(events):
        message_id = f"answer-{conversation.turns}-{place}"
        html = answer_html(event.reply, _surroundings(tutor, event.reply), message_id)
        session = session.with_lines(Line("assistant", html, event.reply.suggestions))
    return replace(session, conversation=conversation)


def _surroundings(tutor: Tutor, reply: Reply) -> dict[int, Surroundings]:
    around: dict[int, Surroundings] = {}
    for citation in reply.citations:
        with suppress(UnknownDocument):  # removed since: its quote alone is shown
            around[citation.number] = surroundings_of(citation, tutor.library.document(citation.document).text)
    return around


def _chat(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """What the chat component takes; only the last answer offers its suggestions."""
    messages: list[dict[str, Any]] = [{"role": line.role, "content": line.html} for line in lines]
    if lines and lines[-1].suggestions:
        messages[-1]["options"] = [{"value": suggestion} for suggestion in lines[-1].suggestions]
    return messages


def _ask(tutor: Tutor, desk: Executor, question: object) -> dict[str, Any]:
    if not isinstance(question, str):
        raise gr.Error(f"question: expected a string, got {type(question).__name__}", print_exception=False)
    try:
        return desk.submit(tutor.ask, question).result().to_dict()
    except TutorError as error:
        raise gr.Error(str(error), print_exception=False) from error
    except Exception as error:
        _log.exception("a question could not be answered")
        raise gr.Error(OUR_FAULT, print_exception=False) from error


def application(page: gr.Blocks, settings: Settings) -> Gate:
    """The page as an ASGI application that gives out nothing but the page and its endpoint."""
    outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(
        outer,
        page,
        path="/",
        server_name=settings.host,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        blocked_paths=[str(settings.home.resolve()), str(settings.corpus.resolve())],
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(primary_hue="blue", neutral_hue="slate", font="sans-serif", font_mono="monospace"),
        head=HEAD,
    )
    return Gate(outer)


def launch(tutor: Tutor, settings: Settings) -> None:
    """Serve the page until Ctrl-C; port 0 takes any free one. Raises ``BadSetting`` where it cannot listen."""
    listener = _listen(settings.host, settings.port)
    with listener:
        app = application(build_page(tutor), settings)
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=SECONDS_TO_FINISH, ws="none")
        )
        host = "localhost" if settings.host in {"0.0.0.0", "::", ""} else settings.host
        host = f"[{host}]" if ":" in host else host
        print(f"Tutor is at http://{host}:{listener.getsockname()[1]} (Ctrl-C stops it)", file=sys.stderr, flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except (socket.gaierror, UnicodeError) as error:
        raise BadSetting(
            f"TUTOR_HOST: expected a name or address of this machine, got {host!r}; unset it for 127.0.0.1"
        ) from error
    except OSError as error:
        if error.errno == EADDRINUSE:
            raise BadSetting(
                f"TUTOR_PORT: expected a free port, but another program listens on {port}; "
                f"stop it, or set TUTOR_PORT to another number (0 takes any free one)"
            ) from error
        raise BadSetting(
            f"TUTOR_HOST and TUTOR_PORT: expected an address to listen on, got {host}:{port} ({error.strerror}); "
            "unset them for 127.0.0.1:7860"
        ) from error
