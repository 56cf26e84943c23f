"""Understanding a question: what it asks for, and about what."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tutor.domain import Intent
from tutor.library.words import stems, surface_words
from tutor.retrieval.intents import intent_of
from tutor.retrieval.small_talk import small_talk
from tutor.retrieval.vocabulary import Repair, Vocabulary

_ASKING_WORDS = """explain explained explaining explanation describe description define definition meaning means mean
    list name compare comparison contrast difference differences different differ versus vs example examples instance
    evaluate evaluation evaluating strengths strength weaknesses weakness advantages advantage disadvantages
    disadvantage pros cons criticism criticisms upsides downsides limitations limitation benefits drawbacks
    summarise summarize summary overview gist recap
    mistake mistakes misconception misconceptions wrong error errors pitfalls true false correct right please tell
    show help understand discuss outline examine explore analyse analyze teach question questions practice practise
    quiz document note notes say says said mention mentions mentioned written revision revise know important
    basically actually briefly simply quickly simple terms words sentence sentences students student people someone
    anyone thing things stuff bit lot kind sort point points key main give given think thought
    came comes invented u ur plz pls gimme""".split()
ASKING_WORDS = frozenset(_ASKING_WORDS)
ASKING = frozenset(stem for word in _ASKING_WORDS for stem in stems(word))
"""Stems of the words that say what is asked for, not about what."""

SIDES_OF_AN_ARGUMENT = {
    "strength": r"strengths?|advantages?|benefits?|pros|upsides?|good points?|plus points?",
    "limit": r"weakness(es)?|limits?|limitations?|disadvantages?|drawbacks?|cons|downsides?|bad points?|criticisms?",
}
"""The words that ask for one side of an evaluation, as patterns."""
_KINDS = "|".join(["mistakes?|misconceptions?|errors?|pitfalls?|examples?|instances?", *SIDES_OF_AN_ARGUMENT.values()])
_OF_THE_KIND = re.compile(
    rf"\b(?:one|two|three|four|five|six|[1-6]|(?:a )?(?:few|couple(?: of)?)|several|some|any)"
    rf"(?= (?:\w+ )?(?:{_KINDS})\b) ?|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d\d?)(?= (?:key |main )(?:points|facts|ideas|things)\b) ?|"
    rf"\b(?:common|typical|usual|big|biggest|main|key|real|good) (?=(?:{_KINDS})\b)",
    re.IGNORECASE,
)
"""What is said of the mistakes, examples or strengths that are asked for, and of no topic."""
_FILLER = re.compile(
    r"\b(please|pls|plz|can you|could you|would you|will you|i need to|i want to|i don'?t (get|understand)|help me|"
    r"tell me|explain|describe|define|give me|show me|list|summari[sz]e|compare|evaluate|discuss|outline|"
    r"what (is|are|was|were|does|do)|what'?s|whats|what|how (does|do|is|are)|who (is|was|were)|"
    r"why (is|are|do|does)|is it true that|true or false|"
    r"the (meaning|definition|difference|differences|main|key|strengths|weaknesses|limits|limitations|pros|cons|"
    r"advantages|disadvantages|benefits|mistakes|misconceptions) (of|between|in|with|about)|"
    r"((most )?(common|typical|usual|big|biggest) )?(mistakes?|misconceptions?|errors?|pitfalls?) (of|in|with|about)|"
    r"(do |does |can |might )?(people|students|you|we|they) (often |usually |always )?(get|go|do) wrong"
    r"( (about|with|on|in))?|"
    r"mistakes? (people|students|you|we|they) (often |usually |always )?make( (about|with|on|in))?|"
    r"an? (good |real )?example of|examples of|name|mean|means|stand for|about|"
    r"in (simple|easy|plain) (terms|words|english)|simply|briefly|to me|for me)\b",
    re.IGNORECASE,
)
_AGE = r"(?:\d\d?|five|six|seven|eight|nine|ten|eleven|twelve)"
_NOVICE = rf"(?:{_AGE}(?:[ -]?years?[ -]?olds?)?|(?:(?:young|small|little) )?(?:child|kid)|beginners?|dumm(?:y|ies))"
_MANNER = re.compile(
    rf"\W*\b(?:(?:to|for|like|as if|as though) (?:me )?(?:like )?(?:i'?m |i am |i was |i were |to )?(?:an? )?{_NOVICE}|"
    r"eli ?5|in (?:plain|simple|easy|everyday|normal|layman'?s?|kids'?) (?:terms|words|english|language))\b(?!-)",
    re.IGNORECASE,
)
"""How a student wishes to be spoken to, which says nothing of the topic."""
_SIDES_ASKED = {side: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for side, words in SIDES_OF_AN_ARGUMENT.items()}
_SIDES = (
    re.compile(r"\bbetween (?P<a>.+?) and (?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\bcompare (?P<a>.+?) (?:and|with|to|against|versus|vs\.?) (?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\bcontrast (?P<a>.+?) (?:and|with|to) (?P<b>.+)$", re.IGNORECASE),
    re.compile(
        r"\b(?:how (?:is|are|does|do)|is|are) (?P<a>.+?) (?:different|distinct|differs?) (?:from|to|than) (?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:tell|distinguish) (?P<a>.+?) (?:and|from) (?P<b>.+?)(?: apart)?$", re.IGNORECASE),
    re.compile(r"^(?:what(?:'s| is)? )?(?P<a>.+?) (?:versus|vs\.?) (?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\b(?P<a>[\w' -]+?) and (?P<b>[\w' -]+?)\W* (?:what'?s the difference|differences?)", re.IGNORECASE),
)
_OTHER_SIDE = re.compile(
    r"\b(?:it|that|this|they|those|these)(?: \w+)? (?:compared?|differs?|different|related?|same as)"
    r"(?: (?:to|with|from|than|as))? (?P<b>.+)$",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"^(and |so |ok |but |then )*((what|how) about|and|the same|more|again|why|how so|any (more|other)|another)?\b.*"
    r"\b(it|its|that|this|them|they|their|those|these|one|he|she|his|her)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the tutor reads it."""

    asked: str
    """As the student wrote it."""
    read: str
    """With misspellings repaired and, in a conversation, what it leans on put in."""
    intent: Intent
    topic: str
    """The words that say what it is about, for showing."""
    terms: tuple[str, ...]
    """Stems of what it is about, in order, each once; abbreviations and long forms among them."""
    core: tuple[str, ...]
    """``terms`` without the ones that expansion added."""
    sides: tuple[str, ...] = ()
    """For a comparison: the two things compared, where the wording shows them."""
    repairs: tuple[Repair, ...] = ()


def understand(text: str, vocabulary: Vocabulary, previous_topic: str = "") -> Question:
    """Read one message. ``previous_topic`` is what the conversation was about, for messages that lean on it."""
    asked = " ".join(text.split())
    read, repairs = vocabulary.repair(_without_manner(asked))
    intent = Intent.GREETING if small_talk(asked) else intent_of(read)
    core = _core(read, vocabulary)
    topic, sides = topic_of(read), _sides(read) if intent is Intent.COMPARE else ()
    if previous_topic and intent is not Intent.GREETING and _leans(read):
        other = _OTHER_SIDE.search(read.rstrip("?!. "))
        if intent is Intent.COMPARE and other is not None:
            sides = (previous_topic, topic_of(other["b"]))
        topic = previous_topic
        read = f"{read} ({previous_topic})"
        core = _core(read, vocabulary)
    words = surface_words(read)
    added = [stem for phrase in [*vocabulary.expand(words), *vocabulary.joined(words)] for stem in stems(phrase)]
    terms = tuple(dict.fromkeys([*core, *(s for s in added if s not in ASKING)]))
    return Question(asked, read, intent, topic, terms, core, sides, repairs)


def _without_manner(text: str) -> str:
    left = _MANNER.sub(" ", text)
    return " ".join(left.split()) if stems(topic_of(left)) else text


def topic_of(text: str) -> str:
    """The words of a question that name its topic, in the student's order and case."""
    left = _FILLER.sub(" ", _OF_THE_KIND.sub(" ", text))
    left = re.sub(r"[?!.,;:()\"]+", " ", left)
    left = re.sub(
        r"^(\s*\b(the|an?|of|in|to|and|or|is|are|do|does|me|i|you|that|it|on|for)\b)+|"
        r"(\b(the|an?|of|in|to|and|or|is|are|do|does|that|it|on|for)\b\s*)+$",
        " ",
        left.strip(),
        flags=re.IGNORECASE,
    )
    return " ".join(left.split())


def side_asked(text: str) -> str:
    """The one side of an evaluation that a message asks for, ``strength`` or ``limit``; empty for both or neither."""
    found = [side for side, words in _SIDES_ASKED.items() if words.search(text)]
    return found[0] if len(found) == 1 else ""


def with_sides(question: Question, side: str, vocabulary: Vocabulary) -> Question:
    """The same question about one side of the comparison alone."""
    core = tuple(dict.fromkeys(stems(side)))
    added = [s for phrase in vocabulary.expand(surface_words(side)) for s in stems(phrase)]
    return replace(
        question,
        read=side,
        intent=Intent.DEFINE,
        topic=side,
        core=core,
        terms=tuple(dict.fromkeys([*core, *added])),
        sides=(),
    )


def _core(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    found = list(dict.fromkeys(stems(_OF_THE_KIND.sub(" ", text))))
    about = [s for s in found if s not in ASKING]
    return tuple(about or [s for s in found if s in stems(topic_of(text))] or found)


def _leans(text: str) -> bool:
    """Whether a message says nothing of its topic, or points back to it."""
    about = [w for w in surface_words(text) if (found := stems(w)) and not ASKING.issuperset(found)]
    return not about or (len(about) <= 2 and _LEANING.search(text) is not None)


def _sides(text: str) -> tuple[str, ...]:
    plain = text.strip().rstrip("?!. ")
    for pattern in _SIDES:
        match = pattern.search(plain)
        if match:
            sides = tuple(topic_of(match.group(name)) or match.group(name).strip() for name in ("a", "b"))
            if all(sides):
                return sides
    return ()
