"""`make_city`: a synthetic city to look around in, or to measure with.

It is loaded in one go where that matters: accounts, places, departments and questionnaires; then each wave by
itself, its answers through the inbox like real ones, and counted.
"""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.management.city import departments, logins, places, questionnaires
from surveys.management.city.waves import City
from surveys.people.models import Department, Place, User
from surveys.responses import mixing

MOST_RESPONSES = 2_000_000
MOST_WAVES = 40


class Command(BaseCommand):
    """Make the city; prints the closed waves and how many people answered them."""

    help = (
        "Loads a synthetic city into an empty database: places, departments, questionnaires, waves, answers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of the city."""
        parser.add_argument("--responses", type=int, default=1500, help="people who answer each closed wave")
        parser.add_argument("--waves", type=int, default=2, help="closed waves, half a year apart")
        parser.add_argument("--seed", type=int, default=7, help="the same seed draws the same answers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make everything, and say what was made."""
        people, count, seed = options["responses"], options["waves"], options["seed"]
        if not 1 <= people <= MOST_RESPONSES:
            raise CommandError(_("--responses takes 1 to %(most)d.") % {"most": MOST_RESPONSES})
        if not 1 <= count <= MOST_WAVES:
            raise CommandError(_("--waves takes 1 to %(most)d.") % {"most": MOST_WAVES})
        if seed < 0:
            raise CommandError(_("--seed takes 0 or more."))
        if Department.objects.exists():
            raise CommandError(
                _("There are departments already: a synthetic city is only loaded into an empty database.")
            )
        offices, districts, accounts = _founded()
        if accounts:
            logins.write(accounts, settings.DATA_DIR / "run" / "demo-logins.txt")
        people_of = {one.username: one for one in User.objects.filter(username__in=("ada", "ivo"))}
        editions = questionnaires.build(designer=people_of.get("ada"), reviewer=people_of.get("ivo"))
        city = City(editions, offices, districts, seed)
        waves = city.past(people=people, waves=count)
        for wave in waves:
            mixing.settle(wave.pk)
        monthly, so_far = city.open(previous=waves[-1])
        visits = city.visits()
        pulse, at_once = city.quick()
        mixing.mix_due()
        made = {
            "waves": [wave.pk for wave in waves],
            "responses": people * count,
            "open": [monthly.pk, pulse.pk, visits.pk],
            "open_responses": so_far + at_once,
        }
        self.stdout.write(json.dumps(made))


@transaction.atomic
def _founded() -> tuple[dict[str, Department], list[Place], list[tuple[str, str, str]]]:
    """Add what asks and is asked about; accounts only where the platform runs embedded, for whoever sits at it.

    In a transaction before the questionnaires', for an account counts as it was when a matter came up.
    """
    districts = places.build()
    offices = departments.build(districts)
    return offices, districts, logins.create(offices) if settings.EMBEDDED else []
