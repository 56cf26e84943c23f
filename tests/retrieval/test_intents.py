"""What a message asks for, by its wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.domain import Intent
from tutor.retrieval.intents import intent_of

WORDINGS: dict[Intent, tuple[str, ...]] = {
    Intent.EXPLAIN: (
        "Explain the policy cycle",
        "explain delegated power to me like I'm five",
        "How does a neighbourhood watch work?",
        "Why do consultations fail?",
        "how can a council reach young people",
        "Describe the role of a lay visitor",
        "Talk me through placation",
        "tokenism",
        "I don't get delegated power",
        "can you help me understand due regard",
    ),
    Intent.DEFINE: (
        "What is a stakeholder?",
        "define due regard",
        "What does placation mean?",
        "whats a focus group",
        "Who was Sherry Arnstein?",
        "meaning of co-design",
        "What does MAPPA stand for?",
        "what's meant by tokenism",
    ),
    Intent.LIST: (
        "List the rungs of the ladder",
        "Name three barriers to engagement",
        "What are the stages of the policy cycle?",
        "how many rungs are there",
        "What are the six features of co-production?",
        "give me all the protected characteristics",
        "Which groups count as stakeholders?",
    ),
    Intent.COMPARE: (
        "Compare consultation and co-production",
        "What is the difference between networking and partnership?",
        "aims vs objectives",
        "How does informing differ from consulting?",
        "Is placation different from therapy?",
        "Contrast the NDM with the JDM",
        "distinguish an aim from an objective",
        "whats the distinction between merit and distinction",
    ),
    Intent.EXAMPLE: (
        "Give me an example of placation",
        "Can I have a real-life case of co-production?",
        "What's an instance of tokenism?",
        "Any case studies on body cameras?",
        "show me some examples of delegated power",
        "Illustrate the policy cycle",
        "is there a council that does this well",
    ),
    Intent.CHECK: (
        "Is it true that consultation is binding?",
        "True or false: a survey is co-production",
        "Am I right that placation is rung five?",
        "Does a council have to publish replies?",
        "Do officers need consent to film?",
        "Consultation is the top rung, isn't it?",
        "So networking is the same as a partnership, correct?",
        "I think a survey is enough",
        "Can a charity lead a partnership?",
    ),
    Intent.EVALUATE: (
        "Evaluate body-worn video",
        "What are the strengths of SMART?",
        "advantages and disadvantages of drones",
        "How effective is stakeholder mapping?",
        "Critically assess the ladder",
        "pros and cons of online surveys",
        "what are the limitations of the grid",
        "Is co-production worth it?",
        "What are the drawbacks of predictive policing?",
    ),
    Intent.SUMMARISE: (
        "Summarise the Haringey report",
        "Sum up the policy cycle for me",
        "Give me a quick overview of co-production",
        "tl;dr of the equality duty",
        "the NDM in a nutshell",
        "recap consultation fatigue",
        "What is the gist of the report?",
    ),
    Intent.LOCATE: (
        "Where does it say that views must count?",
        "Which document mentions tokenism?",
        "Where can I read about due regard?",
        "Show me the passage on placation",
        "Find me the section about gaming",
        "which page talks about drones",
        "Quote the bit about gaming",
    ),
    Intent.MISTAKES: (
        "What mistakes do students make with SMART?",
        "Common misconceptions about the PSED",
        "What do people get wrong about co-production?",
        "How might I lose marks on the ladder question?",
        "What should I avoid when writing objectives?",
        "pitfalls of stakeholder maps",
        "what should I watch out for with surveys",
        "what trips students up on consultation",
    ),
    Intent.PRACTISE: (
        "Give me a practice question on drones",
        "Quiz me on the ladder",
        "Test me",
        "set me a task about consultation",
        "Any exam questions on the NDM?",
        "Mark my answer",
    ),
    Intent.GREETING: (
        "hi",
        "Hello!",
        "good morning",
        "thanks very much",
        "cheers mate",
        "what can you do?",
        "bye",
        "ok",
        "How are you?",
    ),
}
TABLE = [(text, intent) for intent, texts in WORDINGS.items() for text in texts]


def test_every_intent_has_wordings() -> None:
    assert set(WORDINGS) == set(Intent)
    assert len(TABLE) >= 60


@pytest.mark.parametrize(("text", "intent"), TABLE)
def test_wordings(text: str, intent: Intent) -> None:
    assert intent_of(text) is intent


@pytest.mark.parametrize(("text", "intent"), TABLE)
def test_case_space_and_a_curly_apostrophe_do_not_matter(text: str, intent: Intent) -> None:
    assert intent_of(f"  {text.upper()} ") is intent
    assert intent_of(text.replace("'", "’")) is intent  # noqa: RUF001


@pytest.mark.parametrize(
    "text",
    [
        "hello, what is tokenism?",
        "thanks, now explain placation",
        "great examples of tokenism",
        "help me with the policy cycle",
        "nice summary of the ladder",
        "hi-vis jackets",
    ],
)
def test_a_greeting_before_a_question_is_no_greeting(text: str) -> None:
    assert intent_of(text) is not Intent.GREETING


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Give me an example of a mistake with SMART objectives", Intent.MISTAKES),
        ("Where does it say what the strengths of the ladder are?", Intent.LOCATE),
        ("Is it true that the limits of co-production outweigh its strengths?", Intent.CHECK),
        ("Give me a practice question on the difference between aims and objectives", Intent.PRACTISE),
        ("Compare the strengths of surveys and meetings", Intent.COMPARE),
        ("What are the advantages of the eight rungs?", Intent.EVALUATE),
    ],
)
def test_what_is_asked_for_wins_over_what_it_is_about(text: str, intent: Intent) -> None:
    assert intent_of(text) is intent


@given(st.text(max_size=400))
def test_any_text_has_an_intent(text: str) -> None:
    assert intent_of(text) in Intent
    assert intent_of(text) is intent_of(text)
