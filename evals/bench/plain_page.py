"""The plain pipeline behind a page of its own: ``python -m evals.bench.plain_page``, set up by ``TUTOR_*`` as ours is.

Beside the page stands an endpoint ``ask``, which gives the four chunks. No answer is written.
"""

from __future__ import annotations

from evals.bench.material import notes
from evals.plain import Cut, PlainPipeline
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, quiet_libraries

CUT = Cut(1000, 200)
TOP = 4
AT_ONCE = 20
"""Questions that are worked on at the same moment, as on the tutor's page."""


def plain(settings: Settings, embedder: Embedder) -> PlainPipeline:
    """The pipeline over the corpus that the settings name, built where it is not there yet."""
    return PlainPipeline(notes(settings.corpus), embedder, CUT, settings.home / "plain")


def main() -> None:
    """Serve until terminated."""
    quiet_libraries()
    import gradio as gr

    settings = Settings.from_environment()
    pipeline = plain(settings, open_embedder(settings.embedding))

    def ask(question: str) -> list[str]:
        return [piece.text for piece in pipeline.find(question, TOP)]

    with gr.Blocks(title="Plain", analytics_enabled=False) as page:
        box = gr.Textbox(label="Your question")
        box.submit(lambda question: "\n\n".join(ask(question)), box, gr.Markdown(), api_visibility="private")
        gr.api(ask, api_name="ask")
    page.queue(default_concurrency_limit=AT_ONCE)
    page.launch(server_name=settings.host, server_port=settings.port, ssr_mode=False, quiet=True)


if __name__ == "__main__":
    main()
