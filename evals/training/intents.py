"""Learn from labelled questions which wordings ask for what: logistic regression over word sequences and the rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.data import Question
from tutor.retrieval import intents

_SEEN = 8
"""Documents about which a word sequence must be asked: what belongs to one topic says nothing of the kind."""
_KEPT = 0.08
"""Weights nearer to nought than this change nothing and are left out."""
_INVERSE_PENALTY = 0.1


def learn(questions: Sequence[Question], path: Path) -> float:
    """Write the weights to ``path``; returns the share of these same questions that they then read rightly."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    kinds = sorted({q.intent for q in questions})
    vectorizer = CountVectorizer(
        analyzer=intents.sequences, vocabulary=_general(questions), binary=True, lowercase=False
    )
    words = vectorizer.fit_transform([q.text for q in questions])
    rules = np.array([[float(intents.by_rule(q.text) == kind) for kind in kinds] for q in questions])
    features = hstack([words.astype(float), csr_matrix(rules)]).tocsr()
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1_000).fit(features, [q.intent.value for q in questions])
    names = [*vectorizer.get_feature_names_out(), *(intents.RULE + kind for kind in kinds)]
    weights = {
        name: {kind.value: round(float(w), 3) for kind, w in zip(kinds, column, strict=True) if abs(w) >= _KEPT}
        for name, column in zip(names, model.coef_.T, strict=True)
    }
    bias = {kind.value: round(float(b), 3) for kind, b in zip(kinds, model.intercept_, strict=True)}
    kept = {name: row for name, row in sorted(weights.items()) if row}
    lines = [f"{json.dumps(name)}: {json.dumps(row)}" for name, row in [(intents.BIAS, bias), *kept.items()]]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    intents.forget()
    return float(np.mean([intents.intent_of(q.text) == q.intent for q in questions]))


def _general(questions: Sequence[Question]) -> list[str]:
    documents: dict[str, set[str]] = {}
    for question in questions:
        for sequence in intents.sequences(question.text):
            documents.setdefault(sequence, set()).update(gold.document for gold in question.gold)
    return sorted(sequence for sequence, found in documents.items() if len(found) >= _SEEN)
