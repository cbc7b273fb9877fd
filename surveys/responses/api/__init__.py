"""The API of answering: forms and answers, receipts, exclusions; `surveys/urls.py` lists the operations."""
