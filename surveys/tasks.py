"""Alarm clock of the lower storey: each task only wakes a verb that finds its work in the database."""

from celery import shared_task


@shared_task
def mix_due() -> None:
    """Move what waits in the inbox into records, and settle closed waves."""
    from surveys.responses import mixing

    mixing.mix_due()
    mixing.settle_due()


@shared_task
def delete_due() -> None:
    """Delete what has been kept long enough, once a day."""
    from surveys.responses import retention

    retention.carry_out_due()


@shared_task
def open_and_close_due() -> None:
    """Open and close the waves whose time has come."""
    from surveys.waves import fielding

    fielding.open_and_close_due()
