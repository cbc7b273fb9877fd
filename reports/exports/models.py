"""Papers: the files that are made once, when a publication is sealed, and stored whole.

A later release of the printing or spreadsheet library would make other bytes of the same content; what was published
stays what it was. The database refuses to change the papers of what is published (migration 0007).
"""

from django.db import models
from django.db.models.functions import Now

from reports.scorecards.models import Publication


class Paper(models.Model):
    """One file of one publication: of the wave as a whole, or of one department."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="papers")
    about = models.CharField(max_length=50, blank=True)  # a department's code; "" is the wave as a whole
    name = models.CharField(max_length=50)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # How often the papers about the same were made until now, and when they were last: some of them may have failed.
    tries = models.PositiveSmallIntegerField(default=1, db_default=1)
    tried_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "about", "name"], name="paper_once")]

    def __str__(self) -> str:
        return f"{self.name} of publication {self.publication_id}"
