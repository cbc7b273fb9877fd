"""The wiring of Minping: settings, addresses, processes.

Nothing in the project imports this package; it imports everything else. It is kept empty on purpose, so that the
keeper of the embedded services (`survey_project.embedded`) costs no more than a bare interpreter.
"""
