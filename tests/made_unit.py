"""A made-up unit that has everything a unit should: two notes and a specification, ready to be spoilt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tutor.corpus_check.check import check_corpus
from tutor.corpus_check.records import Check, Checked, Finding

TODAY = date(2026, 11, 22)
UNIT = "Youth work"
LEVEL = "Level 3 Youth Work"


def note(topic: str, *, outcomes: Sequence[str] = ("LO1", "LO2"), points: int = 12) -> str:
    """A note about a topic; each of its ``points`` has 22 words more than the topic, all others together about 240."""
    bullets = "".join(
        f"- {topic} number {n} {_numbered(n)}: {' '.join(f'{topic.lower()}{n}word{k}' for k in range(20))}.\n"
        for n in range(points)
    )
    listed = ", ".join(f'"{outcome}"' for outcome in outcomes)
    return f"""---
title: {topic}
unit: {UNIT}
qualification: {LEVEL}
outcomes: [{listed}]
tier: notes
terms:
  - "{topic.lower()}"
references:
  - "Batsleer, J. and Davies, B. (eds) (2010) What is Youth Work? Exeter: Learning Matters."
related: []
checked: 2026-11-22
---
# {topic}
## In one sentence
{topic} is what young people in {topic}town do.
## Key points
{bullets}
## How it works
1. Beginning: {topic} begins with a talk.
2. Ending: {topic} ends with tea.
## Example
- {topic} was tried in Anytown in 1987.
## Evaluate
### Strengths
- A strength of {topic} is that nobody pays.
### Limits
- A limit of {topic} is that rain stops it.
## Common mistakes
- A common mistake with {topic} is to forget it.
## Misconceptions
- Misconception: {topic} is a kind of soup. Correction: {topic} cannot be eaten.
## Using it in an assignment
- Pass: describe {topic}.
## Check yourself
- What is {topic}?
"""


def specification() -> str:
    """A specification with two outcomes."""
    mistakes = "".join(f"- A common mistake with youth work is mistake {n}.\n" for n in range(10))
    beliefs = "".join(
        f"- Misconception: Youth work is belief {n}. Correction: Youth work is fact {n}.\n" for n in range(8)
    )
    return f"""---
title: "{UNIT}: unit specification"
unit: {UNIT}
qualification: {LEVEL}
outcomes: ["LO1", "LO2"]
tier: awarding_body
terms: []
references: []
related: []
checked: 2026-11-22
---
# {UNIT}: unit specification
## Synopsis
Youth work is a unit about work with young people.
## Learning outcomes
1. Explore youth work.
2. Evaluate youth work.
## Assessment criteria
### Outcome 1: Exploring
- Pass: explain youth work.
### Outcome 2: Evaluating
- Pass: evaluate youth work.
## Guidance
- Good answers about youth work name a place.
## Common mistakes
{mistakes}
## Misconceptions
{beliefs}
## Question types
- Report: write about youth work for a council.
## Revision plan
1. Week 1: read about youth work.
## Prior knowledge
- Knowledge of councils helps with youth work.
"""


def made_unit(folder: Path) -> Path:
    """Write the unit below ``folder``, where there is nothing to mend in it, and return ``folder``."""
    unit = folder / "youth-work"
    unit.mkdir(parents=True)
    (unit / "skating.md").write_text(note("Skating"), encoding="utf-8")
    (unit / "camping.md").write_text(note("Camping"), encoding="utf-8")
    (unit / "specification.md").write_text(specification(), encoding="utf-8")
    return folder


def spoil(file: Path, old: str, new: str) -> None:
    """Replace the first ``old``, which must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def checked(folder: Path, against: Path | None = None) -> Checked:
    return check_corpus(folder, today=TODAY, against=against)


def findings(folder: Path, check: Check) -> list[Finding]:
    """What is found, all of which must be of one check."""
    found = checked(folder).findings
    assert {finding.check for finding in found} <= {check}, [str(finding) for finding in found]
    return list(found)


def _numbered(n: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[n % 26]
