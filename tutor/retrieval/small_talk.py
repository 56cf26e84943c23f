"""Small talk: messages that ask nothing of the library."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

from tutor.library.words import fold


class SmallTalk(Enum):
    """What is meant; values name texts in ``prompts/greet.yaml``."""

    HELLO = "hello"
    THANKS = "thanks"
    UNDERSTOOD = "understood"
    BYE = "bye"
    WHO = "who"
    WORRIED = "worried"


_TO_WHOM = r"(,? (there|tutor|mate|everyone|all|again))?"
_VERY = r"(so|really|very|quite|pretty|a bit|a little|kind of|kinda|too|just|getting|feeling|actually|super|well) "
_STUDIES = (
    r"(the |my |our |this |all (of )?(the |my |this )?)?"
    r"(exams?|tests?|assignments?|assessments?|coursework|essays?|units?|deadlines?|revision|revising|course|college|"
    r"studying|studies|grades?|work|homework|it|this|everything)"
)
_PATTERNS: dict[SmallTalk, str] = {
    SmallTalk.HELLO: (
        rf"(hi+|hello|hey+|hiya|yo|good (morning|afternoon|evening)|how are you( doing)?( today)?){_TO_WHOM}"
    ),
    SmallTalk.THANKS: (
        r"(ok(ay)? |great,? |cool,? |perfect,? |brilliant,? |ah |oh )?"
        r"((many )?thanks?( you| u)?( (so|very) much| a lot| loads)?|thx|ty|cheers|ta|much appreciated)"
        r"( for (that|this|the help|your help|helping|explaining( (it|that|this))?))?" + _TO_WHOM + r"([,.!;-]* "
        r"(that|this|it)('s| is| was)? (really |very |so |much |a lot )?"
        r"(helps?|helped( me)?( a lot| loads)?|helpful|useful|great|perfect|clear(er)?|better)( now)?)?"
    ),
    SmallTalk.UNDERSTOOD: (
        r"(ok(ay)?|cool|great|nice|good|perfect|brilliant|lovely|awesome|sweet|sound|got it|gotcha|right|fair enough|"
        r"i see|oh i see|ah|noted|(ok(ay)? |ah |oh |right |yes |yeah )?(i )?(get|understand|got) (it|that|this)( now)?|"
        r"(ok(ay)? |ah |oh |right )?(that|this|it) (makes|made)( more| a lot of| perfect)? sense( now)?|"
        r"(that|this|it)('s| is| was)? (really |very |so |much |a lot )?"
        r"(helps?|helped( me)?( a lot| loads)?|helpful|useful|great|perfect|clear(er)?|better)( now)?)" + _TO_WHOM
    ),
    SmallTalk.BYE: (
        rf"(good ?)?bye+( for now)?{_TO_WHOM}|see (you|ya)( later| soon)?|good ?night|that'?s all( for (now|today))?"
    ),
    SmallTalk.WHO: (
        r"(who|what) are you|are you (a )?(real|human|person|robot|bot|ai|teacher)( person| human| teacher)?|"
        r"what (can|do) you do|what can (you|u) help (me )?with|help( me)?|how (do|does) (you|this) work|"
        rf"what is this( (page|site|thing))?|what can i ask( you)?(( about)|{_TO_WHOM})?"
    ),
    SmallTalk.WORRIED: (
        rf"(i'?m|i am|i feel|i'?ve been|feeling) ({_VERY})*"
        rf"(stress(ed|ing)?( out)?|anxious|nervous|worried|panick(ed|ing|y)|overwhelmed|scared|freaking out|struggling|"
        rf"behind|lost|(going to|gonna) (fail|cry))"
        rf"( (about|for|with|by|of|over|on|at|in|because of) {_STUDIES}| {_STUDIES})?"
        rf"( (now|today|right now|rn|again))?|"
        rf"(this|it|{_STUDIES})('?s| is| are| feels?| makes me) ({_VERY})*"
        rf"(hard|difficult|much|stressful|stressed|anxious|overwhelming)( for me)?|{_STUDIES} stress(es)? me( out)?|"
        r"i (can'?t|cannot) (do|cope with) (this|it)( any ?more)?|i (give|want to give) up|"
        r"i (hate|can'?t stand) (this|exams|revision)|i don'?t (know|no) where to (start|begin)"
    ),
}


@cache
def _compiled() -> dict[SmallTalk, re.Pattern[str]]:
    return {kind: re.compile(rf"^\W*({pattern})\W*$", re.IGNORECASE) for kind, pattern in _PATTERNS.items()}


def small_talk(text: str) -> SmallTalk | None:
    """What a message means that is small talk and nothing else; None for any other."""
    plain = " ".join(fold(text).split())
    return next((kind for kind, pattern in _compiled().items() if pattern.search(plain)), None)
