"""The routes of a show's people, known by their voices: look, rename, merge, forget."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from api.bodies import BoundedRoute
from api.dependencies import Held
from api.people_schemas import (
    PERSON_ID,
    EpisodeOffers,
    MergeInto,
    OfferList,
    OfferView,
    PeopleList,
    PersonView,
    PrintView,
    Renaming,
)
from api.problems import BODY, Problem, documented, invalid, shown
from episodes.errors import BadInput
from episodes.people import Person
from pipeline.people import Likeness
from storage.people import NameTaken

router = APIRouter(prefix="/v1", tags=["people"], route_class=BoundedRoute)

OfId = Annotated[str, Path(description="the person's id", examples=[PERSON_ID])]
OfShow = Annotated[str | None, Query(max_length=500, description="of this show alone")]


def _person(person_id: OfId, holdings: Held) -> Person:
    person = holdings.roster.people.get(person_id)
    if person is None:
        raise no_person(person_id)
    return person


def no_person(person_id: str) -> Problem:
    """The problem that a person is not there."""
    return Problem("not-found", f"There is no person {shown(person_id)}.")


Known = Annotated[Person, Depends(_person)]


@router.get("/people", response_description="They", responses=documented("invalid"))
def people(holdings: Held, show: OfShow = None) -> PeopleList:
    """Everybody whose voice was named, by show and name.

    Naming a speaker of an episode (`PATCH /v1/episodes/{id}`) makes them one of these.
    """
    return PeopleList(people=[_view(one) for one in holdings.roster.people.all(show)])


@router.get(
    "/people/{person_id}", response_description="They", responses=documented("not-found")
)
def person(known: Known) -> PersonView:
    """One person."""
    return _view(known)


@router.patch(
    "/people/{person_id}",
    response_description="As they are called now",
    responses=documented(*BODY, "not-found", "conflict", "invalid"),
)
def rename(known: Known, wanted: Renaming, holdings: Held) -> PersonView:
    """Give a person another name, at once in every episode, past and future."""
    try:
        renamed = holdings.roster.people.rename(known.id, wanted.name)
    except NameTaken as taken:
        raise Problem("conflict", str(taken)) from taken
    if renamed is None:
        raise no_person(known.id)
    return _view(renamed)


@router.post(
    "/people/{person_id}:merge",
    response_description="Who stays",
    responses=documented(*BODY, "not-found", "invalid"),
)
def merge_people(known: Known, wanted: MergeInto, holdings: Held) -> PersonView:
    """Make a person one with another of the show, who stays and has the prints of both."""
    try:
        merged = holdings.roster.people.merge(known.id, wanted.into)
    except BadInput as refused:
        raise invalid("into", str(refused).rstrip(".")) from refused
    if merged is None:
        raise no_person(wanted.into)
    return _view(merged)


@router.delete(
    "/people/{person_id}",
    status_code=204,
    response_description="They are forgotten",
    responses=documented("not-found"),
)
def forget_person(known: Known, holdings: Held) -> None:
    """Forget a person: their prints, their name, their voice in what is kept of episodes."""
    holdings.roster.forget(known)


@router.get("/suggestions", response_description="They", responses=documented("invalid"))
def suggestions(holdings: Held, show: OfShow = None) -> OfferList:
    """Voices that may be somebody's, episode by episode, to be confirmed or refused.

    `POST /v1/episodes/{id}/speakers:confirm` or `:refuse`.
    """
    found = holdings.roster.offers(holdings.library.several, show)
    return OfferList(
        episodes=[
            EpisodeOffers(episode=id_, title=title, offers=[offer(one) for one in perhaps])
            for id_, (title, perhaps) in found.items()
        ]
    )


def offer(one: Likeness) -> OfferView:
    """Who a voice may be, as it is shown."""
    return OfferView(
        speaker=one.label,
        person=one.person,
        name=one.name,
        likeness=one.likeness,
        evidence=one.evidence,
    )


def _view(one: Person) -> PersonView:
    return PersonView(
        id=one.id,
        show=one.show or None,
        name=one.name,
        prints=[
            PrintView(
                episode=each.episode_id,
                title=each.title,
                speech_s=round(each.print.speech_s, 1),
            )
            for each in one.prints
        ],
    )
