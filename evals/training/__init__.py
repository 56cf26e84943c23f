"""What the tutor learnt its reading of questions from, and the programs that learn it.

``questions.jsonl`` holds questions in students' words about the shipped notes and about the made-up ``pages/``, with
the passages that answer them; none of them is in the eval sets, and whatever came close to one was taken out.
``python -m evals.training intents|questions|reader`` writes the files that ``tutor/`` ships. The pages are for
training alone: their facts were not checked, and no student sees them.
"""
