"""What the tutor learnt its reading of questions from, and the programs that learn it.

Questions in students' words: those beside the shipped notes (``corpus/**/*.asked``), those of ``questions.jsonl`` about
the made-up ``pages/`` or about what no page tells, and the messages of ``far_off.txt``, which are about something else
altogether. None of them is in the eval sets, and whatever came close to one was taken out.
``python -m evals.training intents|questions|known|passages|reader`` writes the files that ``tutor/`` ships. The
pages are for training alone: their facts were not checked, and no student sees them.
"""
