"""The suites: each asks a world its questions and gives back one ``SuiteResult``."""
