"""What a message asks for, by its wording.

Rules know the plain ways to ask. Where they see a greeting or a wish to practise they decide; for the rest their
finding is one sign beside the message's word sequences, whose weights ``python -m evals.training intents`` learns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tutor.domain import Intent
from tutor.library.words import fold
from tutor.retrieval.small_talk import small_talk

_RULES: tuple[tuple[Intent, str], ...] = (
    (
        Intent.PRACTISE,
        r"\b(practi[cs]e (question|task|exam)s?|(exam|mock|test|quiz) questions?|(quiz|test) me|"
        r"(set|give) me (a|some|an) .{0,20}(question|task|quiz|test)s?|mark (this|my)|check yourself questions?)\b",
    ),
    (Intent.CHECK, r"^\W*(so |but |wait |ok )*(is it true|true or false|is it right that|am i right)\b"),
    (
        Intent.LOCATE,
        r"\bwhere'?s? (does|do|is|are|did|can|could|would|in|the (bit|part|passage|place|section|page|quote))\b.*"
        r"\b(say|says|said|saying|stated?|mention|written|talk|find|read|explained?|covered|cited?|about|on)\b|"
        r"\bwhere'?s the (bit|part|passage|section|page|quote)\b|\bpoint (me|us) (to|at)\b|"
        r"\bwhere(('s| does|s| do| did)? (it|they|the \w+)) (say|mention|give|admit|talk|explain|state|tell)|"
        r"\b(what|which) (section|part|bit|page|heading|chapter)\b.*\b(say|tell|give|mention|cover|explain|has|about)s?\b|"
        r"\bwhere'?s .{3,60} mentioned\b|"
        r"\bwhich (document|page|note|section|source|bit|part|file)s?\b.*\b(say|mention|talk|explain|cover|state)|"
        r"\b(find|show) me (the )?(bit|part|passage|place|section|quote|where)|\bquote (the|me)\b|\bwhat page\b|"
        r"\bwhere (does|do|did) (it|they|the .{1,40}) (say|mention|talk|explain|state|tell)",
    ),
    (
        Intent.MISTAKES,
        r"\b(mistakes?|misconceptions?|misunderst(and|ood|andings?)|pitfalls?|myths?|errors?|(get|go|gets|getting|goes|"
        r"going|done|do) (it |this |that |them )?(all )?wrong|trip(s|ped|ping)? (people |students |you |me |us |everyone )?up|"
        r"(lose|losing|loses|cost|drop)\b.{0,20}\bmarks|slip(s|ped|ping)?[ -]?ups?|"
        r"(forget|forgets|forgetting|forgotten|overlook|overlooked|wrongly|miss out)|(are|is) (they|that|it) wrong|"
        r"what'?s wrong with \w+ing|mess(es|ed)? up|mix(es|ed)?[ -]?up|"
        r"(should|to|must|do) (i |we |you |students )?avoid (when|if|in|with|doing|writing)|what .{0,30}\bavoid\b|not to do|shouldn'?t (i|we|you)|watch out for|"
        r"catch(es)? (people|students) out|bad way (to|of))\b",
    ),
    (Intent.COMPARE, r"\b(differences? between|compare|contrast|vs|versus|tell .{1,60} apart|actual difference)\b"),
    (
        Intent.SUMMARISE,
        r"^\W*(please |can you |could you )?(summar\w+|sum up|recap|give (me )?(a|an) (quick |brief |short )?"
        r"(summary|overview|recap))\b|"
        r"\b(sum (it |this |that |.{1,40} )?up|in (a )?(nutshell|brief|short)|tl;?dr|gist|quick run ?down|"
        r"run me through|in (a few|one|two|three) (words|lines?|sentences?)|(quick|short|brief) summary|summed up|basically saying|overview of|summary of|key points|main (points|ideas|messages))\b|"
        r"\bwhat('?s| is| does| do) .{1,60}\b(unit|module|note|report|study|document|course)\b.{0,20}\b(about|cover)",
    ),
    (Intent.EXPLAIN, r"^\W*(why|how (do|can|should|would) (i|we))\b|\bwhat('?s| is) the point of\b"),
    (
        Intent.EVALUATE,
        r"\b(evaluat\w*|strengths?|weakness(es)?|limits?|limitations?|pros and cons|advantages?|disadvantages?|"
        r"critici[sz]\w*|critique\w*|critical\w*|drawbacks?|downsides?|upsides?|benefits?|assess|"
        r"how (effective|useful|good|reliable|fair|well|successful|trustworthy|accurate|strong)|any good|any use|"
        r"worth (it|doing|having|if|when)|(really|actually) worth|how (convincing|strong|solid|believable)|bad side|"
        r"tick[ -]?box|what'?s (hard|tricky|difficult) about|too (old|simple|vague)|for and against|arguments? (for|against)|shortcomings?|good (and|or|points|side)|both sides|"
        r"(good|decent|bad|fair|sensible) (idea|way|thing|plan|measure|points?)|"
        r"(what'?s|is there anything) (wrong|bad|good|great) (with|about)|judge (it|this|that|whether|how))\b",
    ),
    (
        Intent.COMPARE,
        r"\b(compar(e|es|ed|ing|ison)|differences?|differ|differs|any different|different (from|to|than)|versus|vs|"
        r"contrast|distinguish|tell .{1,60} apart|not the same as|how .{1,60} differ\w*|similarit(y|ies)|"
        r"distinction between|separates|(more|less|better|worse|fewer|bigger) than|opposite (directions|ways))\b",
    ),
    (
        Intent.EXAMPLE,
        r"\b(an? (real |good |actual |uk |british |police |health |nhs |council )*(example|instance)|examples|for instance|"
        r"case stud(y|ies)|real[- ]?(life|world)|illustrat\w*|"
        r"(a|any|some|real|actual|which) (real |actual |uk |british |health |police )*(cases?|trials?|projects?|schemes?) "
        r"(where|when|of|that|which|i|in|was|were)|(could|can|to) (i )?(use|quote|cite|mention) (as|for|in)|"
        r"i (could|can) (use|quote|cite|mention)|as (a|an|my) .{0,30}\b(example|target|case)|(give me|need|want) a quote|just (need )?one|one (idea|example|thing|way) (will do|is enough|please)|(just )?one or two|"
        r"what'?s one (good |bad )?\w+|show me an? |(case|scheme|project|trial|council|force|programme) (that|which|where|when)|"
        r"(used|happened|done|tried) (in|by) (real|practice)|actual(ly)? (used|happened|case)|example)\b|"
        r"\bis there (a|an|any) (force|council|service|place|case|project|area|borough|charity|school|prison|hospital)\b",
    ),
    (
        Intent.LIST,
        r"\b(list|name) (em|them)\b|\b(full list|all of them|need all|what all|what were they|what are they|what counts as)\b|"
        r"\bwhich (two|three|four|five|six|seven|eight|nine|ten|\d+|\w+s) (count|are|were|make|did|do|have)\b|"
        r"^\W*(list|name|two|three|four|five|six|seven|eight|nine|ten|\d+)\b|\b(list (the|all|some|out)|name (the|all|some|two|three|four|five|six|seven|eight|nine|\d+)|"
        r"how many|what are (the|all)|what'?s (the|all the) (two|three|four|five|six|seven|eight|nine|ten|\d+)|"
        r"which (are|things|groups|people|stages|steps)|what (kinds?|types?|sorts?|stages|steps|parts|elements|rungs|"
        r"factors|reasons|ways|skills|principles|letters|characteristics|methods|levels|values|conditions|aims|"
        r"organisations|sectors|roles|things|evidence)|what do i (hand in|need|include)|"
        r"(two|three|four|five|six|seven|eight|nine|ten|\d+) (stages|steps|parts|elements|rungs|factors|reasons|ways|"
        r"skills|principles|letters|characteristics|methods|levels|values|conditions|aims|sectors|roles|types)|"
        r"(stages|steps|parts|elements|rungs|levels|roles|principles|letters|characteristics) (of|in|on)\b|"
        r"(are|whats|what'?s) .{1,40}\b(stages|steps|levels|roles|principles|rungs|elements|factors)\b|"
        r"give me (the|all|some|two|three|four|five|\d+)|all (the|of the)|in (the right )?order|each letter)\b",
    ),
    (
        Intent.CHECK,
        r"\b(is it (true|right|correct|fair|the case|wrong|ok|okay|enough|fine|illegal|legal)|true or false|am i right|"
        r"is that (right|true|correct|it|enough|ok)|does that mean|is that automatically|"
        r"(correct|right|true|yeah|innit|isn'?t it|doesn'?t it|aren'?t they|don'?t they)\s*\?*$|"
        r"i (think|thought|heard|read|was told) (that )?)|"
        r"^(so |but |and |wait |ok |surely )*(is|are|isn'?t|aren'?t|does|doesn'?t|do|don'?t|did|has|have|must|should|was|"
        r"were|will|can|could|would) (?!you (explain|tell|give|list|define|describe|summari[sz]e|help|show|compare))|"
        r"^(if|when|for|in) .{4,80}?[, ](is|are|does|do|did|has|have|must|should|was|were|will|can) "
        r"(it|i|the|that|they|we|this|you|a|an)\b",
    ),
    (
        Intent.DEFINE,
        r"\b(defin\w+|meanings?|stands? for|short for|what ?(do|does|did|is|'?s)\b.{1,80}\bmean(t)?|being asked to do|"
        r"what(('|’)?s| is| are| was| were)|wh?ats|wat is|wot is|who (is|was|were|came up|invented|wrote|made))\b",  # noqa: RUF001
    ),
)
_COMPILED = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in _RULES)


_ASKED = r"^\W*(please |pls |now |ok |and |then |(can|could|would|will) (you|u) (please |pls )?)*"
_SOME = (
    r"((give|list|name|tell|show|state|identify|find)( me| us)? |what are )?(the )?"
    r"(one|two|three|four|five|six|[1-6]|a few|few|(a )?couple of|some|several|any|an?|another)( (more|main|key|common|real|good))* "
)
_COMMANDS: tuple[tuple[Intent, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(_ASKED + rf"({verbs})\b", re.IGNORECASE))
    for intent, verbs in (
        (Intent.MISTAKES, _SOME + "(mistake|misconception|error|pitfall)s?"),
        (
            Intent.EXAMPLE,
            _SOME + "(example|instance)s?(?! of an? (strength|weak|limit|common|mistake|misconception|error))",
        ),
        (
            Intent.EVALUATE,
            _SOME + "(strength|weaknesse|weaknes|limit|limitation|advantage|disadvantage|benefit|drawback|criticism)s?|"
            "(give (me |us )?)?(an|another) example of an? (strength|weakness|limit|limitation)",
        ),
        (Intent.MISTAKES, "(give (me |us )?)?(an|another) example of an? (common )?(mistake|error|misconception)"),
        (
            Intent.EXPLAIN,
            "(explain|describe|outline|discuss|teach me|help me (to )?understand|(talk|walk|take) me through|"
            "i (don'?t|do not) (really )?(get|understand)|"
            "(my|our) (essay|assignment|coursework|homework|exam|project|report|presentation) is (on|about))"
            "(?! (the )?(difference|mistake|strength|weakness|limit))",
        ),
        (
            Intent.EXPLAIN,
            r"what (did|does|do) [^?]{3,60} (find|conclude)(?=\W*$)|(the )?(main |key )?findings (of|from)",
        ),
        (Intent.DEFINE, "define"),
        (Intent.COMPARE, r"compare|contrast|(what('?s| is) )?[\w' -]{2,40} (vs|versus)\b(?! what)"),
        (
            Intent.EVALUATE,
            "(critically )?(evaluate|assess)|what are (the|its|their) (main )?(strengths|weaknesses|limits|limitations|"
            "advantages|disadvantages|pros and cons)",
        ),
        (Intent.LOCATE, "(show|find) (me )?(the |a )?(passage|bit|part|section|quote|page)"),
        (Intent.SUMMARISE, "summari[sz]e|recap|sum up"),
        (
            Intent.EXAMPLE,
            "((give (me |us )?)?(an|another|one more)|what( is|'?s) an) (example|instance)(?! of an? (strength|limit))",
        ),
    )
)
"""How a message may begin that leaves no doubt."""
LEARNT = Path(__file__).with_name("intents.json")
BIAS, RULE = "", "rule:"
"""Names in that file of what counts for every message, and of a rule's finding; no word sequence looks like them."""
_LONGEST = 4
_CLEAR = 0.6
"""Sum of weights below which a message is taken for a topic alone."""
_TOKENS = re.compile(r"[\w']+|[?^$]")


def intent_of(text: str) -> Intent:
    """What a message asks for; an explanation where the wording does not say."""
    rule = by_rule(text)
    if rule in {Intent.GREETING, Intent.PRACTISE}:
        return rule
    for intent, pattern in _COMMANDS:
        if pattern.search(fold(text)):
            return intent
    weights = _weights()
    signs = dict.fromkeys(weights[BIAS], 0.0)
    for name in {*sequences(text), f"{RULE}{rule}"}:
        for kind, weight in weights.get(name, {}).items():
            signs[kind] += weight
    best = max(sorted(signs), key=lambda kind: signs[kind] + weights[BIAS][kind])
    return Intent(best) if signs[best] >= _CLEAR else Intent.EXPLAIN


def by_rule(text: str) -> Intent | None:
    """What the first rule that matches says; None where none does."""
    if small_talk(text) is not None:
        return Intent.GREETING
    plain = fold(text).strip()
    return next((intent for intent, pattern in _COMPILED if pattern.search(plain)), None)


def sequences(text: str) -> list[str]:
    """One to four neighbouring words of a message, its two ends and question marks counted as words."""
    tokens = _TOKENS.findall(f"^ {fold(text)} $")
    found = [
        " ".join(tokens[i:j]) for i in range(len(tokens)) for j in range(i + 1, min(i + _LONGEST, len(tokens)) + 1)
    ]
    return [sequence for sequence in found if sequence not in {"^", "$"}]


def forget() -> None:
    """Read the weights anew at the next message."""
    _weights.cache_clear()


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    return dict(json.loads(LEARNT.read_text(encoding="utf-8")))
