"""Small libraries over the real embedding model, and passages made without any library."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tutor.domain import Passage, Place, SectionKind, Tier
from tutor.facade import Tutor
from tutor.models.embedder import Embedder, open_embedder
from tutor.settings import Settings, shipped

NOTES = {
    "rain-gardens": """# Rain gardens
## Key points
- A rain garden is a shallow planted hollow that holds water from roofs and lets it soak away.
- Rain gardens slow the flow of storm water into drains, so streets flood less often.
## Example
- Rain gardens were dug along Grey Street in Sheffield, where verges now take water from the road.
## Evaluate
### Strengths
- A strength of rain gardens is that they are cheap to dig and give homes to insects.
### Limits
- A limit of rain gardens is that clay soil drains slowly, so they can stay wet for days.
## Common mistakes
- A common mistake with rain gardens is to plant them beside a wall, where the water harms its footing.
## Misconceptions
- Misconception: Rain gardens are ponds. Correction: Rain gardens dry out within two days of a storm.
""",
    "night-shelters": """# Night shelters
## Key points
- A night shelter is a place where people without a home can sleep for one night at a time.
- Night shelters are run by charities, churches and councils, mostly in winter.
## Example
- The night shelter at St Anne's hall gave beds to twelve people in each week of January.
## Evaluate
### Strengths
- A strength of night shelters is that nobody needs an appointment.
### Limits
- A limit of night shelters is that guests must leave each morning with nowhere to go.
## Common mistakes
- A common mistake with night shelters is to count beds and forget what happens next to the guests.
""",
    "time-banks": """# Time banks
## Key points
- A time bank is a scheme in which members earn one credit for each hour of help that they give.
- Time banks value every hour the same, whether it is spent gardening or mending a roof.
## How it works
1. Joining: a new member tells the broker what help they can give and need.
2. Matching: the broker pairs a request with a member who can meet it.
3. Helping: the members meet and the help is given.
4. Crediting: the broker moves one credit for each hour from one account to the other.
## Example
- Members of the time bank in Stroud swap lifts, cooking and computer lessons.
## Evaluate
### Strengths
- A strength of time banks is that people with little money can take part as equals.
### Limits
- A limit of time banks is that they lean on a paid broker, whose wage has to come from somewhere.
## Common mistakes
- A common mistake with time banks is to call them bartering, although no two members owe each other anything.
""",
    "street-wardens": """# Street wardens
## Key points
- A street warden is a uniformed council worker who patrols on foot and reports litter, damage and trouble.
- Street wardens cannot arrest anyone, but they can hand out penalty notices for litter.
## Example
- Street wardens in Hull walk the same six streets each day, so that residents know their faces.
""",
    "parish-polls": """# Parish polls
## Key points
- A parish poll is a vote of local electors on one question, called at a parish meeting.
- Parish polls do not bind the council, which may do as it likes with the result.
## Misconceptions
- Misconception: A parish poll forces the council to act. Correction: A parish poll is advice to the council alone.
""",
    "diary-of-a-volunteer": """# Diary of a volunteer
## Monday
We talked about rain gardens over tea and then went on to paint the hall in two shades of green.
## Tuesday
A street warden looked in, and somebody asked about time banks, but the kettle boiled and we forgot.
## Wednesday
The hall roof was mended by three neighbours who brought their own ladders and a flask of soup.
""",
}
"""Made-up revision notes, one topic each, and a diary that names topics and explains none."""


@cache
def embedder() -> Embedder:
    """The packaged model, loaded once a process."""
    return open_embedder()


def write_notes(folder: Path, notes: dict[str, str]) -> Path:
    """One Markdown file a note."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in notes.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def tutor_over(folder: Path, notes: dict[str, str]) -> Tutor:
    """A tutor whose library holds these notes and nothing else; ``folder`` must be new."""
    tutor = Tutor.open(Settings(home=folder / "home", corpus=shipped("corpus")), embedder=embedder(), build=False)
    if notes:
        done = tutor.ingest([write_notes(folder / "notes", notes)])
        assert not done.failed, done.failed
        assert len(done.added) == len(notes)
    return tutor


def passage(text: str, *, title: str = "A note", heading: str = "Key points", ordinal: int = 0) -> Passage:
    """A passage that stands in no library."""
    place = Place("note", (heading,), SectionKind.CONCEPT, 0, len(text), ordinal)
    return Passage(f"note-{ordinal}", text, place, title, Tier.NOTES)


def passages(*texts: str) -> list[Passage]:
    return [passage(text, ordinal=n) for n, text in enumerate(texts)]
