"""Measuring the tutor: datasets, suites, a report, a gate, and a bench. Uses the tutor as anyone's program would."""
