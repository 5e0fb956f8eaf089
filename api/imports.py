"""The route that takes in audio which lies on the server."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import Asking
from api.bodies import BoundedRoute
from api.dependencies import Held
from api.options import checked
from api.problems import BODY, documented
from api.schemas import Import, Imported, ImportReport, Options
from episodes.errors import BadInput
from pipeline.intake import Wanted, name_of

router = APIRouter(prefix="/v1", tags=["episodes"], route_class=BoundedRoute)


@router.post(
    "/episodes:import",
    response_description="What came of each file",
    responses=documented(*BODY, "invalid", "no-room"),
)
def import_folder(wanted: Import, holdings: Held, caller: Asking) -> ImportReport:
    """Take in audio that lies on the server: a folder, a file or a glob.

    Only below the folders that the server's CLEANCAST_IMPORT_ROOTS names. Doing it again
    takes in what is new.
    """
    options = Options(**{name: getattr(wanted, name) for name in Options.model_fields})
    given = Wanted(checked(options, holdings.intake), show=wanted.show, sender=caller.name)
    rows = []
    for file in holdings.intake.files(wanted.path):
        caller.check_queue(holdings)  # asked again later, it goes on from there
        try:
            entry, created = holdings.intake.take(file, given)
            rows.append(Imported(file=name_of(file), id=entry.id, created=created))
        except BadInput as error:  # one bad file does not stop the others
            rows.append(Imported(file=name_of(file), id=None, created=False, error=str(error)))
    new = sum(row.created for row in rows)
    failed = sum(row.error is not None for row in rows)
    return ImportReport(files=rows, created=new, known=len(rows) - new - failed, failed=failed)
