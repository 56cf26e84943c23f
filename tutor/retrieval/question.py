"""Understanding a question: what it asks for, and about what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor.domain import Intent
from tutor.library.words import fold, stems, surface_words
from tutor.retrieval.vocabulary import Repair, Vocabulary

_RULES: tuple[tuple[Intent, str], ...] = (
    (
        Intent.GREETING,
        r"^\W*(hi+|hello|hey|hiya|yo|good (morning|afternoon|evening)|thanks?( you)?( (so|very) much)?|cheers|ta|bye|"
        r"goodbye|see you|ok(ay)?|cool|great|nice|who are you|what are you|what can you do|what do you do|help|"
        r"how are you|how do you work|how does this work)( there| tutor| mate| everyone)?\W*$",
    ),
    (
        Intent.PRACTISE,
        r"\b(practi[cs]e (question|task|exam)s?|(exam|mock|test|quiz) questions?|(quiz|test) me|"
        r"(set|give) me (a|some|an) .{0,20}(question|task|quiz|test)s?|mark (this|my)|check yourself questions?)\b",
    ),
    (
        Intent.LOCATE,
        r"\bwhere (does|do|is|are|did|can|could|would|in)\b.*\b(say|says|said|stated?|mention|written|talk|find|read|"
        r"explained|covered|cited?)\b|\bwhich (document|page|note|section|source|bit|part|file)s?\b.*\b(say|mention|talk|"
        r"explain|cover|state)|\b(find|show) me (the )?(bit|part|passage|place|section|quote|where)|"
        r"\bquote (the|me)\b|\bwhat page\b",
    ),
    (
        Intent.MISTAKES,
        r"\b(mistakes?|misconceptions?|misunderst(and|ood|andings?)|pitfalls?|myths?|errors?|(get|go|gets|getting|goes|going)"
        r" (it |this |that |them )?(all )?wrong|trip (people|students|you|me|us)? ?up|(lose|losing|loses|cost|drop)\b.{0,20}\bmarks|"
        r"slip up|mess(es|ed)? up|mix(es|ed)? up|(should|to) avoid|not to do|watch out for|catch(es)? (people|students) out)\b",
    ),
    (
        Intent.COMPARE,
        r"\b(compar(e|es|ed|ing|ison)|differences?|differ|differs|different (from|to|than)|versus|vs|contrast|distinguish|"
        r"tell .{1,60} apart|not the same as|how .{1,60} differ|similarit(y|ies)|distinction between|separates)\b",
    ),
    (
        Intent.CHECK,
        r"\b(is it (true|right|correct|fair|the case|wrong|ok|okay|enough|fine)|true or false|am i right|is that right|"
        r"(correct|right|true|yeah|innit|isn'?t it|doesn'?t it|aren'?t they|don'?t they)\s*\?*$|"
        r"i (think|thought|heard|read|was told) (that )?)|"
        r"^(so |but |and |wait |ok |surely )*(is|are|isn'?t|aren'?t|does|doesn'?t|do|don'?t|did|has|have|must|should|was|"
        r"were|will|can|could) (?!you (explain|tell|give|list|define|describe|summari[sz]e|help|show|compare))",
    ),
    (
        Intent.EVALUATE,
        r"\b(evaluat\w*|strengths?|weakness(es)?|limits?|limitations?|pros|cons|advantages?|disadvantages?|critici[sz]\w*|"
        r"critique\w*|critical\w*|drawbacks?|downsides?|upsides?|benefits?|assess|how (effective|useful|good|reliable|fair|"
        r"well|successful)|(problem|problems|wrong|issue|issues) with|any good|worth (it|doing)|for and against|"
        r"arguments? (for|against)|shortcomings?|good and bad|judge)\b",
    ),
    (
        Intent.EXAMPLE,
        r"\b(examples?|for instance|case stud(y|ies)|real[- ]?(life|world)|illustrat\w*|an instance|case of|"
        r"(used|happened|done|tried) (in|by) (real|practice)|actual(ly)? (used|happened|case))\b",
    ),
    (
        Intent.SUMMARISE,
        r"\b(summar\w+|overview|sum (it |this |that )?up|in (a )?(nutshell|brief|short)|briefly|tl;?dr|gist|"
        r"(key|main) (points?|ideas?|messages?|things?)|recap|quick run ?down|run me through|in a few (words|lines|sentences))\b",
    ),
    (
        Intent.LIST,
        r"\b(list|name (the|all|some|two|three|four|five|six|seven|eight|nine|\d+)|how many|what are (the|all)|"
        r"which (are|things)|what (kinds?|types?|sorts?|stages|steps|parts|elements|rungs|factors|reasons|ways|skills|"
        r"principles|letters|characteristics|methods|levels|values|conditions|aims|organisations|sectors) |"
        r"give me (the|all|some|two|three|four|five|\d+)|all (the|of the)|in (the right )?order|what ?(is|'?s) on the list)\b",
    ),
    (
        Intent.DEFINE,
        r"\b(defin\w+|meanings?|stands? for|short for|what ?(do|does|did|is|'?s)\b.{1,80}\bmean(t)?|"
        r"what(('|’)?s| is| are| was| were)|wh?ats|wat is|wot is|who (is|was|were|came up|invented|wrote|made))\b",  # noqa: RUF001
    ),
    (
        Intent.EXPLAIN,
        r"\b(explain\w*|describ\w+|how (do|does|did|is|are|can|would|should)|why|tell me|teach|discuss|analy[sz]e|"
        r"talk me through|walk me through|understand|examine|explore|outline)\b",
    ),
)
_COMPILED = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in _RULES)

_ASKING_WORDS = """explain explained explaining explanation describe description define definition meaning means mean
    list name compare comparison contrast difference differences different differ versus vs example examples instance
    evaluate evaluation evaluating strengths strength weaknesses weakness advantages advantage disadvantages
    disadvantage pros cons limitations limitation benefits drawbacks summarise summarize summary overview gist recap
    mistake mistakes misconception misconceptions wrong error errors pitfalls true false correct right please tell
    show help understand discuss outline examine explore analyse analyze teach question questions practice practise
    quiz document note notes say says said mention mentions mentioned written revision revise know important
    basically actually briefly simply quickly simple terms words sentence sentences students student people someone
    anyone thing things stuff bit lot kind sort point points key main give given think thought""".split()
ASKING_WORDS = frozenset(_ASKING_WORDS)
ASKING = frozenset(stem for word in _ASKING_WORDS for stem in stems(word))
"""Stems of the words that say what is asked for, not about what."""

_FILLER = re.compile(
    r"\b(please|pls|plz|can you|could you|would you|will you|i need to|i want to|i don'?t (get|understand)|help me|"
    r"tell me|explain|describe|define|give me|show me|list|summari[sz]e|compare|evaluate|discuss|outline|"
    r"what (is|are|was|were|does|do)|what'?s|whats|what|how (does|do|is|are)|who (is|was|were)|why (is|are|do|does)|is it true that|true or false|"
    r"the (meaning|definition|difference|differences|main|key|strengths|weaknesses|limits|limitations|pros|cons|"
    r"advantages|disadvantages|benefits|mistakes|misconceptions) (of|between|in|with|about)|an? (good |real )?example of|"
    r"examples of|mean|means|stand for|about|in (simple|easy|plain) (terms|words|english)|simply|briefly|to me|for me)\b",
    re.IGNORECASE,
)
_SIDES = (
    re.compile(r"\bbetween (?P<a>.+?) and (?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\bcompare (?P<a>.+?) (?:and|with|to|against|versus|vs\.?) (?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\bcontrast (?P<a>.+?) (?:and|with|to) (?P<b>.+)$", re.IGNORECASE),
    re.compile(
        r"\b(?:how (?:is|are|does|do)|is|are) (?P<a>.+?) (?:different|distinct|differ|differs) (?:from|to|than) (?P<b>.+)$",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:tell|distinguish) (?P<a>.+?) (?:and|from) (?P<b>.+?)(?: apart)?$", re.IGNORECASE),
    re.compile(r"^(?:what(?:'s| is)? )?(?P<a>.+?) (?:versus|vs\.?) (?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\b(?P<a>[\w' -]+?) and (?P<b>[\w' -]+?)\W* (?:what'?s the difference|differences?)", re.IGNORECASE),
)
_LEANING = re.compile(
    r"^(and |so |ok |but |then )*((what|how) about|and|the same|more|again|why|how so|really|any (more|other)|another)?\b.*"
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
    read, repairs = vocabulary.repair(asked)
    intent = intent_of(read)
    core = _core(read, vocabulary)
    if previous_topic and intent is not Intent.GREETING and _leans(read, core):
        read = f"{read} ({previous_topic})"
        core = _core(read, vocabulary)
    words = surface_words(read)
    added = [stem for phrase in [*vocabulary.expand(words), *vocabulary.joined(words)] for stem in stems(phrase)]
    terms = tuple(dict.fromkeys([*core, *(s for s in added if s not in ASKING)]))
    sides = _sides(read) if intent is Intent.COMPARE else ()
    return Question(asked, read, intent, topic_of(read), terms, core, sides, repairs)


def intent_of(text: str) -> Intent:
    """What a message asks for, by its wording; an explanation where the wording does not say."""
    plain = fold(text).strip()
    for intent, pattern in _COMPILED:
        if pattern.search(plain):
            return intent
    return Intent.EXPLAIN


def topic_of(text: str) -> str:
    """The words of a question that name its topic, in the student's order and case."""
    left = _FILLER.sub(" ", text)
    left = re.sub(r"[?!.,;:()\"]+", " ", left)
    left = re.sub(
        r"^(\s*\b(the|an?|of|in|to|and|or|is|are|do|does|me|i|you|that|it|on|for)\b)+|"
        r"(\b(the|an?|of|in|to|and|or|is|are|do|does|that|it|on|for)\b\s*)+$",
        " ",
        left.strip(),
        flags=re.IGNORECASE,
    )
    return " ".join(left.split())


def with_sides(question: Question, side: str, vocabulary: Vocabulary) -> Question:
    """The same question about one side of the comparison alone."""
    core = _core(side, vocabulary)
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
    found = list(dict.fromkeys(stems(text)))
    about = [s for s in found if s not in ASKING]
    return tuple(about or [s for s in found if s in stems(topic_of(text))])


def _leans(text: str, core: Sequence[str]) -> bool:
    return len(core) == 0 or (len(core) <= 2 and _LEANING.search(text) is not None)


def _sides(text: str) -> tuple[str, ...]:
    plain = text.strip().rstrip("?!. ")
    for pattern in _SIDES:
        match = pattern.search(plain)
        if match:
            sides = tuple(topic_of(match.group(name)) or match.group(name).strip() for name in ("a", "b"))
            if all(sides):
                return sides
    return ()
