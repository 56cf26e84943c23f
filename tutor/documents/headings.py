"""What a heading says that its section is for, by the vocabulary of revision pages, specifications and reports."""

from __future__ import annotations

import re

from tutor.domain import SectionKind

_LEADING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.):]?\s+|[^\w'\u2018\"“(]+)")
_TRAILING = re.compile(r"[\s:.?!\u2013—-]{1,20}$")
_SPACES = re.compile(r"\s+")
_BOX = re.compile(r"(?:box|case study|panel|vignette|spotlight)\s?[\dA-Z]{0,2}\s?[:.\u2013—-]\s?\S", re.IGNORECASE)

_ABOUT = r"(?: (?:of|with|about|in|on|for|when|using) .+)?"
_FAULT = r"(?:mistakes|errors|pitfalls)"
_BELIEF = r"(?:misconceptions|myths|misunderstandings)"
_OFTEN = r"(?:(?:the |some |most )?(?:common|typical|frequent|key|main|usual|popular) )?"

_VOCABULARY: tuple[tuple[SectionKind, str], ...] = (
    (
        SectionKind.MISTAKE,
        rf"{_OFTEN}(?:{_BELIEF} (?:and|or) {_OFTEN})?{_FAULT}(?: (?:and|or) {_OFTEN}{_BELIEF})?"
        rf"(?: to avoid| students make| made by students)?{_ABOUT}|what (?:not to do|to avoid)",
    ),
    (
        SectionKind.MISCONCEPTION,
        rf"{_OFTEN}{_BELIEF}(?: and (?:facts|corrections|realities|reality))?(?: to avoid)?{_ABOUT}"
        r"|myths? (?:versus|vs|or) (?:facts?|reality)|myth busting|fact or fiction",
    ),
    (
        SectionKind.CONCEPT,
        r"(?:the )?(?:key|core|main|essential|central|big) (?:concepts?|ideas?|points?|principles|facts|knowledge"
        r"|content"
        r"|theory|theories)(?: and (?:core |key |main )?(?:concepts|ideas|principles|theories|facts))?(?: (?:of|in"
        r"|for|about) .+)?"
        r"|in one sentence|in a nutshell|how (?:it|they|this) works?|how .+ works?|what (?:is|are) .+|what it is"
        r"|definition|the basics|steps|stages|the (?:steps|stages|rungs|parts)",
    ),
    (
        SectionKind.EXAMPLE,
        r"(?:(?:worked|uk|real|real[- ](?:world|life)|local) )?examples?(?: in practice)?(?:[:] .+)?(?: (?:of"
        r"|from) .+)?"
        r"|case stud(?:y|ies)(?:[: ].+)?|in practice",
    ),
    (
        SectionKind.EVALUATION,
        rf"(?:critical )?evaluat(?:e|ion)|(?:the )?(?:strengths?|limits|limitations?|weaknesses|(?:dis)?advantages"
        rf"|benefits"
        rf"|drawbacks|criticisms?|pros)(?: and (?:limits|limitations|weaknesses|disadvantages|drawbacks|cons"
        rf"|challenges|risks))?"
        rf"{_ABOUT}|(?:a )?critique{_ABOUT}|(?:the |key )?debates?|for and against|arguments? (?:for|against)(?: .+)?",
    ),
    (
        SectionKind.GUIDANCE,
        r"using (?:it|this|them|these|.+) in (?:an?|your|the) (?:assignment|essay|exam|report|answer)s?"
        r"|(?:top |key )?(?:assessment|assignment|exam|examiner|examiner's|examiners'|revision|study|coursework)"
        r" (?:guidance|tips|advice|strateg(?:y|ies)|technique|skills|hints)"
        r"(?: and (?:exam |revision |study )?(?:guidance|tips|advice|strategies|technique|techniques"
        r"|hints))?(?: for .+)?"
        r"|(?:top )?tips(?: for .+)?|guidance(?: for .+)?|how to (?:get|achieve|reach|gain) .+|for (?:a )?(?:pass"
        r"|merit|distinction)",
    ),
    (
        SectionKind.QUESTION_TYPE,
        r"(?:check|test) (?:yourself|your (?:understanding|knowledge|learning))|self[- ](?:check|test)|(?:quick )?quiz"
        r"|(?:exam |assessment |assignment |common |typical )?(?:question|assignment|task) types"
        r"|(?:types|kinds) of (?:(?:exam|assessment) )?(?:questions?|assignments?|tasks?)"
        r"|(?:practice|sample|exam|exam[- ]style|past paper|revision|review|discussion)(?: exam)? questions",
    ),
    (
        SectionKind.CRITERION,
        r"(?:examiner |examiner's |examiners' |key )?mark(?:ing)? (?:points|criteria|schemes?|guidance)"
        r"|(?:assessment|grading|assessment and grading|success|performance|marking)? ?criteria(?: for .+)?"
        r"|assessment objectives|(?:pass|merit|distinction)(?: criteri(?:a|on))?"
        r"|what (?:examiners|assessors|markers) (?:look for|want|expect)",
    ),
    (
        SectionKind.LEARNING_OUTCOME,
        r"(?:intended |unit |key )?(?:learning )?(?:objectives|outcomes|aims|goals)(?: and (?:objectives|outcomes"
        r"|aims|goals))?"
        r"|what (?:you|you'll|you will|students will) learn",
    ),
    (
        SectionKind.TERM,
        rf"(?:key|important|essential|useful|technical) (?:terminology|terms|vocabulary|words|definitions){_ABOUT}"
        r"|glossary(?: of .+)?|terminology|vocabulary|definitions|key terms and definitions|terms",
    ),
    (
        SectionKind.PRIOR_KNOWLEDGE,
        r"before you (?:start|begin)|(?:assumed |prior |required )(?:knowledge|learning)(?: (?:needed|required))?"
        r"|prerequisites"
        r"|what you (?:should|need to|must) (?:already )?know(?: first| before you start| already)?|entry requirements",
    ),
    (
        SectionKind.PLAN,
        r"(?:(?:\w+|\d+)[- ]week )?(?:revision|study) (?:plan|planner|timetable|schedule|programme)(?: for .+)?"
        r"|how to revise(?: .+)?|\w+[- ]week plan",
    ),
    (
        SectionKind.OVERVIEW,
        r"(?:(?:topic|unit|course|subject|qualification|module) )?overview(?: of .+)?|background(?: (?:to|and) .+)?"
        r"|introduction(?: to .+)?|context|about (?:this|the) (?:topic|unit|course|subject|module|qualification)",
    ),
    (
        SectionKind.SYNOPSIS,
        r"(?:(?:topic|unit|course|module) )?(?:synopsis|summary)(?: of .+)?|executive summary|abstract|in summary"
        r"|at a glance|in short|conclusions?",
    ),
    (
        SectionKind.FINDING,
        r"(?:the )?(?:(?:key|main|research|summary of) )?(?:findings|results|messages)|(?:the )?(?:(?:policy|practice"
        r"|key)"
        r" (?:and (?:policy|practice) )?)?(?:implications|recommendations)(?: and (?:implications"
        r"|recommendations))?(?: for .+)?"
        r"|what (?:we|the (?:research|study|researchers)) found|lessons (?:learned|learnt)",
    ),
    (
        SectionKind.TEXT,
        r"frequently asked questions|faqs?|references|bibliography|further (?:reading|information)|sources"
        r"|acknowledgements?"
        r"|about the (?:authors?|project|study|research|report)|method(?:s|ology)?|research (?:methods|design)"
        r"|appendix(?: .+)?|notes|related topics",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _VOCABULARY)
_REPORT_ONLY = re.compile(r"(?:the )?(?:(?:key|main) (?:points|messages)|conclusions?)(?: and .+)?")
_REPORT_MARKS = re.compile(
    r".*\b(?:findings|implications|recommendations|methodology)\b.*|methods|about the (?:study|research|project|report)"
)
_REPORT_FRAME = re.compile(
    r"(?:executive )?summary|background(?: .+)?|introduction|conclusions?(?: .+)?|key points"
    r"|abstract"
)
_RESEARCH = re.compile(r"\b(?:this|the) (?:study|research|report|survey|evaluation|researchers)\b", re.IGNORECASE)


def normal(heading: str) -> str:
    """The heading in lower case, without its number, emoji, colon or double spaces."""
    words = _SPACES.sub(" ", heading[:200]).strip()
    words = _TRAILING.sub("", _LEADING.sub("", words))
    return words.lower().replace("\u2019", "'").replace("\u2018", "'").replace(" & ", " and ")


def heading_kind(heading: str) -> SectionKind | None:
    """What the section under ``heading`` is for; ``None`` where the words belong to no vocabulary.

    ``SectionKind.TEXT`` is an answer too: a heading that is known, and under which nothing special stands.
    """
    words = normal(heading)
    if not words or len(words) > 100:
        return None
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(words)), None)


def report_kind(heading: str) -> SectionKind | None:
    """The same in a research report, where key points and conclusions are findings."""
    if _REPORT_ONLY.fullmatch(normal(heading)):
        return SectionKind.FINDING
    return heading_kind(heading)


def is_box(heading: str) -> bool:
    """Whether the line is the heading of a box: "Box 2: ...", "Case study: ..."."""
    return _BOX.match(heading) is not None


def is_report(headings: list[str], text: str) -> bool:
    """Whether a document with these headings is a research report, whose own headings then name findings."""
    words = [normal(heading) for heading in headings]
    framed = any(_REPORT_FRAME.fullmatch(heading) for heading in words)
    marked = any(_REPORT_MARKS.fullmatch(heading) for heading in words)
    return framed and marked and sum(1 for _ in zip(range(2), _RESEARCH.finditer(text), strict=False)) == 2
