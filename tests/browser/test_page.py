"""The page as a student uses it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browsing import BROWSER_REQUIRED, CHROMIUM, HOSTILE_LINE, NO_CHROMIUM, OpenPage
from playwright.sync_api import Page, expect
from running import Server, run_tutor

from tutor.dialogue import LONGEST_MESSAGE
from tutor.ui.page import EXAMPLES

if CHROMIUM is None and not BROWSER_REQUIRED:
    pytest.skip(NO_CHROMIUM, allow_module_level=True)

expect.set_options(timeout=30_000)
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, wait for the answer."""
    answers = page.locator(".tutor-answer")
    before = answers.count()
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1)


def ask_when_free(page: Page, question: str) -> None:
    """Ask as soon as the page is done with the message before, which it holds Enter back for."""
    page.get_by_label("Your question").fill(question)
    for _ in range(60):
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if page.locator(".tutor-said").count():
            break
    expect(page.locator(".tutor-answer")).to_have_count(1)


def begin_anew(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name=EXAMPLES[0]).wait_for()


def colours(page: Page, selector: str) -> tuple[list[float], list[float]]:
    """The text colour of an element, and the colour that lies behind it."""
    found: Any = page.locator(selector).first.evaluate(
        """element => {
            const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
            let behind = element;
            while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
            return [getComputedStyle(element).color, getComputedStyle(behind || document.body).backgroundColor]
                .map(numbers);
        }"""
    )
    return found[0][:3], found[1][:3]


def contrast(one: list[float], other: list[float]) -> float:
    """Contrast ratio as WCAG 2 defines it, from 1 to 21."""

    def luminance(colour: list[float]) -> float:
        parts = [value / 255 for value in colour]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_a_question_is_answered_and_its_passage_opens_on_the_verbatim_quote(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page()
    assert page.title() == "Tutor"
    expect(page.get_by_label("Your question")).to_be_focused()
    ask(page, "Explain Arnstein's ladder")
    expect(page.locator(".tutor-said")).to_have_text(["Explain Arnstein's ladder"])
    expect(page.get_by_label("Your question")).to_have_value("")
    sources = page.locator("details.tutor-source")
    assert sources.count() > 1
    assert page.locator("details[open]").count() == 0

    page.locator("a.tutor-marker", has_text="[2]").first.click()
    opened = page.locator("details[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator(".tutor-number")).to_have_text("2")
    expect(opened.locator("summary")).to_contain_text("Arnstein's ladder of participation > ")
    expect(opened.locator("summary")).to_contain_text("Revision notes")
    expect(opened.locator("mark")).to_be_in_viewport()
    assert page.url.rstrip("/") == server.url

    quote = opened.locator("mark").text_content() or ""
    around = (opened.locator("blockquote").text_content() or "").removeprefix("… ").removesuffix(" …")
    stored = run_tutor(server.home, "library", "show", "arnsteins-ladder").stdout
    assert len(quote) > 20
    assert quote in stored
    assert around in stored
    assert len(around) > len(quote)

    sources.first.locator("summary").click()
    expect(page.locator("details[open]")).to_have_count(2)


def test_opened_passages_stay_open_when_the_conversation_goes_on(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "What is co-production?")
    page.locator("a.tutor-marker").first.click()
    ask(page, "Explain Arnstein's ladder")
    expect(page.locator("details[open]")).to_have_count(1)
    ids = page.locator("details").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    second = page.locator(".tutor-answer").nth(1)
    second.locator("a.tutor-marker").first.click()
    expect(second.locator("details[open]")).to_have_count(1)


def test_the_keyboard_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.type("What is co-production?")
    page.keyboard.press("Enter")
    marker = page.locator("a.tutor-marker").first
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)
    expect(page.locator("details[open] summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(0)
    labels = page.locator("[data-testid=user], [data-testid=bot]").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert labels == ["You", "Tutor"]


@pytest.mark.parametrize("question", EXAMPLES)
def test_every_example_is_answered_with_passages(open_page: OpenPage, question: str) -> None:
    page = open_page()
    page.get_by_role("button", name=question).click()
    expect(page.locator(".tutor-answer")).to_have_count(1)
    expect(page.locator(".tutor-said")).to_have_text([question])
    expect(page.locator(".tutor-sources h3")).to_have_text("Where this comes from")
    assert page.locator("a.tutor-marker").count() > 0


def test_a_suggestion_is_asked_and_a_new_conversation_starts_clean(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Explain Arnstein's ladder")
    suggestion = page.locator("#tutor-chat button.option").first
    words = suggestion.inner_text()
    suggestion.click()
    expect(page.locator(".tutor-answer")).to_have_count(2)
    expect(page.locator(".tutor-said")).to_have_text(["Explain Arnstein's ladder", words])
    begin_anew(page)
    expect(page.locator(".tutor-said")).to_have_count(0)
    ask(page, "What is co-production?")
    expect(page.locator(".tutor-said")).to_have_text(["What is co-production?"])


def test_a_new_conversation_drops_the_question_under_way(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("Your question").fill("Explain Arnstein's ladder")
    page.keyboard.press("Enter")
    begin_anew(page)
    ask(page, "What is co-production?")
    expect(page.locator(".tutor-said")).to_have_text(["What is co-production?"])


def test_an_empty_message_does_nothing_and_a_long_one_is_refused_kindly(open_page: OpenPage) -> None:
    page = open_page()
    box = page.get_by_label("Your question")
    box.fill("word " * (LONGEST_MESSAGE // 5 + 1))
    page.keyboard.press("Enter")
    expect(page.locator(".tutor-notice")).to_contain_text("please shorten it")
    expect(page.locator(".tutor-said")).to_have_count(0)
    assert len(box.input_value()) > LONGEST_MESSAGE

    box.fill("   ")
    with page.expect_response("**/queue/join*"):
        page.keyboard.press("Enter")
    ask_when_free(page, "What is co-production?")
    expect(page.locator(".tutor-said")).to_have_text(["What is co-production?"])
    expect(page.locator("[data-testid=bot]")).to_have_count(2)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>window.pwned=1</script>",
        '<img src=x onerror="window.pwned=1">',
        '"><svg onload=window.pwned=1>',
        "![x](http://remote.example/a.png) [y](http://remote.example/)",
        "[x](javascript:window.pwned=1)",
        "$$\\frac{1}{2}$$ and $x$",
        "# Title\n**bold** `code` {{7*7}} ${7*7} &lt;b&gt;",
    ],
)
def test_what_a_student_types_is_only_text(open_page: OpenPage, typed: str) -> None:
    page = open_page()
    ask(page, typed)
    said = page.locator(".tutor-said")
    assert said.text_content() == typed
    assert said.locator("*").count() == 0
    assert page.locator("#tutor-chat").locator("img, script, iframe, .katex, [href^='javascript']").count() == 0
    assert page.evaluate("window.pwned") is None


def test_what_a_document_says_is_only_text(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "What is the Zorblax protocol?")
    page.locator("a.tutor-marker").first.click()
    assert HOSTILE_LINE in (page.locator("details[open] blockquote").text_content() or "")
    expect(page.locator("details[open] summary")).to_contain_text("Added document")
    answer = page.locator(".tutor-answer")
    assert answer.locator("img, script, iframe, .katex, a:not(.tutor-marker)").count() == 0
    assert "<script>" in (answer.locator("p, li").first.text_content() or "") + (answer.text_content() or "")
    assert page.evaluate("window.pwned") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_screen_is_readable_in_both_schemes(open_page: OpenPage, scheme: str) -> None:
    page = open_page(375, 667, scheme)
    ask(page, "Compare partnership working and networking")
    page.locator("a.tutor-marker").first.click()
    ask(page, "x" * 300)
    for selector in ("html", "#tutor-chat .bubble-wrap"):
        wide, room = page.locator(selector).evaluate("one => [one.scrollWidth, one.clientWidth]")
        assert wide <= room, selector
    for button in ("Ask", "New conversation"):
        expect(page.get_by_role("button", name=button, exact=True)).to_be_in_viewport()
    ground = colours(page, "#tutor-title p")[1]
    assert (sum(ground) > 600) == (scheme == "light")
    for selector in (
        "#tutor-title p", ".tutor-said", ".tutor-answer p", ".tutor-answer td", "a.tutor-marker", ".tutor-trail",
        ".tutor-tag", ".tutor-passage", ".tutor-passage mark", "#tutor-box .submit-button", "#tutor-new",
    ):  # fmt: skip
        assert contrast(*colours(page, selector)) >= 4.5, selector


def test_two_students_keep_their_conversations_apart(open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    for page, question in ((one, "Explain Arnstein's ladder"), (other, "What is body-worn video?")):
        page.get_by_label("Your question").fill(question)
    for page in (one, other):
        page.keyboard.press("Enter")
    for page, mine, theirs in ((one, "Arnstein", "body-worn video"), (other, "body-worn video", "Arnstein")):
        expect(page.locator(".tutor-answer")).to_have_count(1)
        ask(page, "give me an example of it")
        expect(page.locator(".tutor-said")).to_have_count(2)
        words = page.locator("#tutor-chat").inner_text()
        assert re.search(mine, words, re.IGNORECASE)
        assert not re.search(theirs, words, re.IGNORECASE)
        trails = page.locator(".tutor-answer").nth(1).locator(".tutor-trail").all_text_contents()
        assert trails
        assert all(re.search(mine, trail, re.IGNORECASE) for trail in trails)
