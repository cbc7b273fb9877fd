"""Alarm clock of the upper storey: each task only wakes a verb that finds its work in the database."""

from celery import shared_task


@shared_task
def evaluate_due() -> None:
    """Evaluate settled waves and go on with evaluations that were left half done."""
    from reports.evaluations import evaluating

    evaluating.evaluate_due()


@shared_task
def analyse_due() -> None:
    """Analyse what is evaluated, by a task of its own: scores never wait for it."""
    from reports.analyses import analysing

    analysing.analyse_due()


@shared_task
def release_due() -> None:
    """Seal what is evaluated, try it, print it, and publish what was sealed until now."""
    from reports import releasing

    releasing.release_due()
