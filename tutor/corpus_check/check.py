"""All checks of a folder of notes in one run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tutor.corpus_check.asked import check_asked
from tutor.corpus_check.copied import check_against, check_between, official_names
from tutor.corpus_check.coverage import check_outcomes, check_terms, outcome_rows, read_coverage, term_rows
from tutor.corpus_check.front_matter import check_front_matter
from tutor.corpus_check.notes import read_folder
from tutor.corpus_check.reading import reading_ease
from tutor.corpus_check.records import Checked, NoteRow
from tutor.corpus_check.structure import check_structure, words_of


def check_corpus(path: Path, *, today: date, against: Path | None = None) -> Checked:
    """Check the notes below ``path``; nothing is changed. Raises ``CorpusError`` for a folder that cannot be checked.

    ``against`` is a folder of texts that the notes may not share words with.
    """
    folder = read_folder(path)
    coverage, names = read_coverage(path), official_names(folder)
    terms, outcomes = term_rows(folder, coverage), outcome_rows(folder, coverage)
    findings = [
        *folder.refused,
        *check_front_matter(folder, today),
        *(finding for note in folder.notes for finding in check_structure(note, today)),
        *check_asked(folder),
        *(check_against(folder, against, names) if against is not None else ()),
    ]
    findings.sort(key=lambda finding: (finding.file, finding.line or 0))
    return Checked(
        folder=str(path),
        findings=(*findings, *check_terms(folder, coverage, terms), *check_outcomes(folder, outcomes)),
        warnings=tuple(check_between(folder, names)),
        notes=tuple(
            NoteRow(note.file, words_of(note), reading_ease(note), len({line.question for line in note.asked}))
            for note in folder.notes
        ),
        terms=terms,
        outcomes=outcomes,
    )
