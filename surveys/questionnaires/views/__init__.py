"""The pages on which questionnaires are designed: the desk, its questions, previews and editions."""
