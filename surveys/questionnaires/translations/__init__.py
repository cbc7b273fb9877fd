"""The texts of a document side by side in two languages, and the files that translators work on."""
