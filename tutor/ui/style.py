"""What goes into the page's head: its style sheet and its one script.

The style sheet is not handed to Gradio as ``css``: it would prefix every selector with its inner container.
"""

from __future__ import annotations

HEAD = """
<style>
body, .gradio-container, .dark .gradio-container {
  --font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --font-mono: ui-monospace, Menlo, Consolas, monospace;
  font-family: var(--font);
}
:root { --tutor-mark: #fdeb8f; --tutor-mark-text: #1f2430; --tutor-line: #cfd4dd; --tutor-link: #1d4ed8;
  --tutor-quiet: #52607a; --tutor-button: #1d4ed8; }
.dark { --tutor-mark: #6b5600; --tutor-mark-text: #fffbe6; --tutor-line: #454c5a; --tutor-link: #9cc2ff;
  --tutor-quiet: #aab6ca; --tutor-button: #2f63d6; }

.gradio-container { width: 100%; max-width: 52rem !important; margin: 0 auto !important; }
.gradio-container main { padding: 0.75rem !important; }
#tutor-title h1 { font-size: 1.35rem; margin: 0; }
#tutor-title p { margin: 0.15rem 0 0; color: var(--tutor-quiet); }
#tutor-top { align-items: center; flex-wrap: nowrap; }
#tutor-new { flex: none; min-width: max-content; }
#tutor-box textarea::placeholder { color: var(--tutor-quiet); opacity: 1; }
#tutor-box .submit-button { background: var(--tutor-button); color: #fff; font-weight: 600; }

#tutor-chat { border-color: var(--tutor-line); }
#tutor-chat .top-panel { display: none; } /* "New conversation" clears the screen and the state together */
#tutor-chat .scroll-down-button-container { left: auto; right: 0.25rem; transform: none; }
#tutor-chat .placeholder { padding: 0 1rem; }
#tutor-chat .message-wrap { font-size: 1rem; line-height: 1.55; }
#tutor-chat .message { overflow-wrap: anywhere; }
#tutor-chat .example, #tutor-chat .option { text-align: left; }
#tutor-chat .option { font-size: 0.95rem; white-space: normal; }

.tutor-said { white-space: pre-wrap; overflow-wrap: anywhere; scroll-margin-top: 1.2rem; }
.tutor-notice, .tutor-looking { margin: 0; }
.tutor-looking { color: var(--tutor-quiet); }
#tutor-chat .tutor-answer { white-space: normal; overflow-wrap: anywhere; }
#tutor-chat .tutor-answer p, #tutor-chat .tutor-answer ul, #tutor-chat .tutor-answer ol,
#tutor-chat .tutor-answer blockquote { margin: 0 0 0.65rem; }
#tutor-chat .tutor-answer ul { list-style: disc; padding-left: 1.35rem; }
#tutor-chat .tutor-answer ol { list-style: decimal; padding-left: 1.6rem; }
#tutor-chat .tutor-answer li { margin: 0.2rem 0; }
#tutor-chat .tutor-answer blockquote { border-left: 3px solid var(--tutor-line); padding-left: 0.75rem; }
#tutor-chat .tutor-answer table { border-collapse: collapse; table-layout: fixed; width: 100%; margin: 0 0 0.65rem; }
#tutor-chat .tutor-answer th, #tutor-chat .tutor-answer td { border: 1px solid var(--tutor-line);
  padding: 0.4rem 0.5rem; text-align: left; vertical-align: top; }
#tutor-chat .tutor-answer h3 { font-size: 1rem; font-weight: 650; margin: 0.9rem 0 0.35rem; }
#tutor-chat .tutor-answer > h3:first-child { margin-top: 0; }
#tutor-chat .tutor-answer a.tutor-marker { color: var(--tutor-link); text-decoration: none; white-space: nowrap;
  font-size: 0.85em; padding: 0 0.1em; }
#tutor-chat .tutor-answer a.tutor-marker:hover { text-decoration: underline; }

.tutor-sources { border-top: 1px solid var(--tutor-line); margin-top: 0.9rem; }
.tutor-sources h3 { font-size: 0.9rem; }
.tutor-source { border: 1px solid var(--tutor-line); border-radius: 0.5rem; margin: 0.4rem 0; }
.tutor-source summary { cursor: pointer; padding: 0.5rem 0.65rem; font-size: 0.9rem; line-height: 1.4;
  border-radius: 0.5rem; }
.tutor-source[open] summary { border-bottom: 1px solid var(--tutor-line); border-radius: 0.5rem 0.5rem 0 0; }
.tutor-number { font-weight: 700; margin-right: 0.2rem; }
.tutor-tag { display: inline-block; font-size: 0.78rem; border: 1px solid var(--tutor-line);
  border-radius: 999px; padding: 0 0.5rem; margin-left: 0.25rem; white-space: nowrap; }
#tutor-chat .tutor-answer .tutor-passage { white-space: pre-wrap; border: 0; margin: 0; padding: 0.65rem;
  font-size: 0.93rem; }
.tutor-passage mark { background: var(--tutor-mark); color: var(--tutor-mark-text); border-radius: 0.15rem;
  padding: 0.05em 0; scroll-margin: 1rem; }

a.tutor-marker:focus-visible, .tutor-source summary:focus-visible, #tutor-chat button:focus-visible,
#tutor-new:focus-visible { outline: 3px solid var(--tutor-link); outline-offset: 2px; }

@media (max-width: 480px) {
  .gradio-container .main.fillable.app { padding: 0.25rem !important; }
  #tutor-chat .bot-row { max-width: 100%; }
  .gradio-container main { padding: 0.4rem !important; }
  #tutor-chat .message-row { margin: 0.6rem; }
  #tutor-title p { font-size: 0.85rem; }
}
</style>
<script>
(() => {
  const open = (link) => {
    const source = document.getElementById(link.getAttribute("href").slice(1));
    if (!source) return;
    source.open = true;
    source.querySelector("summary").focus({ preventScroll: true });
    source.scrollIntoView({ block: "start" });
    source.querySelector("mark").scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a.tutor-marker") : null;
    if (!link) return;
    event.preventDefault();
    open(link);
  });

  // A new question goes to the top of the conversation, so that its answer is read from its first line.
  let seen = "";
  const follow = () => {
    for (const message of document.querySelectorAll("#tutor-chat [data-testid=bot], #tutor-chat [data-testid=user]")) {
      const label = message.dataset.testid === "bot" ? "Tutor" : "You"; // Gradio puts the whole HTML there
      if (message.getAttribute("aria-label") !== label) message.setAttribute("aria-label", label);
    }
    const said = document.querySelectorAll(".tutor-said");
    const now = `${said.length}/${document.querySelectorAll(".tutor-answer, .tutor-notice").length}`;
    if (now === seen) return;
    seen = now;
    if (said.length) said[said.length - 1].scrollIntoView({ block: "start" });
  };
  new MutationObserver(follow).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["aria-label"],
  });
})();
</script>
"""
