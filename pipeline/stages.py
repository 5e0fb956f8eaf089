"""The spine: an episode file in, a clean speaker-labelled transcript out, stage by stage.

The only place where the rooms meet, together with run.py. Knows no command line, no
process and no server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from ads.detect import detect, understands
from ads.doubts import settle
from ads.strip import decide
from episodes.errors import BadText
from episodes.people import by_trust
from episodes.spans import merge
from episodes.types import AdSpan, Speaker, Transcript, Turn, Word
from formats.wordlist import read
from pipeline.llm import alone
from pipeline.repeats import Repeats
from pipeline.run import Run
from pipeline.settings import Settings
from pipeline.tracks import named
from speakers.assign import assign
from speakers.names import name_voices
from speakers.quality import quality
from speakers.tracks import phrases_in_order, spoken_by
from speakers.utterances import group, number
from speakers.voices import match
from transcribe.models import english_only

LEAST_SPOKEN_S = 1.0
"""Less than this that sounds like speech may be noise."""
QUIET_DB = -50
"""A recording whose loud parts are below this is too quiet for the recogniser."""
_UNCLEAR = "it may be noisy, or in a language that the model does not know"


def process(run: Run, others: Repeats | None = None) -> Transcript:
    """Transcribe, diarize and clean one audio file, compared with `others` if given.

    Raises CleancastError with a sentence for the user.
    """
    length = run.decode()
    prints = run.fingerprint()
    language = run.language()
    segments = run.transcribe(language)
    turns = run.diarize()
    said = [word for segment in segments for word in segment.words]
    tracks = run.tracks()
    words = spoken_by(said, turns) if tracks else assign(said, turns)
    sound = run.sound()
    repeats = others.compare(run.episode, length.duration_s, prints, words) if others else ()
    notes = run.episode.description
    found = detect(words, length.duration_s, sound, notes, repeats, language)
    if others:
        others.mark(run.episode.id, found, repeats)
    found, unheard = settle(
        found, words, length.duration_s, sound, run.settings.strip, run.witness
    )
    run.complete = not unheard
    ads, held_back = decide(found, length.duration_s, run.settings.strip)
    cuts = merge(ad for ad in ads if ad.stripped)
    words, turns = number(words, turns, cuts)
    titled = named(run.decode().sources, tracks, turns) if tracks else {}
    known, unknown = recognised(run, turns)
    known = by_trust(known, titled, told(run, words, ads, language))
    utterances = group(phrases_in_order(words) if tracks else words, cuts)
    return Transcript(
        episode_id=run.episode.id,
        language=language,
        duration_s=length.duration_s,
        speakers=_speakers(words, turns, known),
        utterances=utterances,
        turns=turns,
        ads=ads,
        provenance=run.provenance(),
        warnings=(
            *length.warnings,
            *_doubts(run, words, turns, language),
            *unheard,
            *held_back,
            *unknown,
        ),
        held_back=next(iter(held_back), None),
        quality=quality(utterances, turns, cuts),
    )


def ads_of_words(file: Path, settings: Settings) -> tuple[tuple[AdSpan, ...], tuple[str, ...]]:
    """The ads of a transcript or word list in JSON, and warnings; no audio is needed.

    Raises BadText for what is neither.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadText(f"{file} cannot be read as a text file.") from error
    words, duration_s, language = read(text)
    language = language or "en"
    if duration_s is None:
        duration_s = max((word.end for word in words), default=0.0)
    found, witness = detect(words, duration_s, language=language), alone(settings)
    found, unheard = settle(found, words, duration_s, None, settings.strip, witness)
    ads, held_back = decide(found, duration_s, settings.strip)
    return ads, (*_unread(language), *unheard, *held_back)


def recognised(
    run: Run, turns: Sequence[Turn]
) -> tuple[Mapping[str, Speaker], tuple[str, ...]]:
    """The speakers known by a clip of theirs, by label; a warning for each who is not found."""
    if not run.settings.voices:
        return {}, ()
    given, heard = run.clips(), run.voices(turns)
    names, labels = tuple(given), tuple(heard)
    found = {
        names[one.known]: Speaker(
            labels[one.voice],
            names[one.known],
            f"sounds as in the clip given (likeness {one.likeness:.2f})",
            "clip",
        )
        for one in match(tuple(heard.values()), tuple(given.values()))
    }
    missed = tuple(
        f"The clip of {name} is of no use: {clip.trouble}."
        if clip.trouble
        else f"No voice is clearly that of the clip of {name}."
        for name, clip in given.items()
        if name not in found
    )
    return {speaker.label: speaker for speaker in found.values()}, missed


def told(
    run: Run,
    words: Sequence[Word],
    ads: Sequence[AdSpan],
    language: str,
) -> Mapping[str, Speaker]:
    """The speakers whose names are said or noted, by label."""
    if not run.settings.names:
        return {}
    episode = run.episode
    notes = (episode.description or "", run.settings.context, episode.title or "")
    foreign = [ad for ad in ads if ad.stripped or ad.kind in ("sponsor", "preview")]
    return name_voices(words, foreign, notes, episode.show or "", language)


def _speakers(
    words: Sequence[Word], turns: Sequence[Turn], known: Mapping[str, Speaker]
) -> tuple[Speaker, ...]:
    labels = {word.speaker for word in words} | {turn.speaker for turn in turns}
    by_number = sorted(filter(None, labels), key=lambda label: int(label.split()[-1]))
    return tuple(known.get(label, Speaker(label)) for label in by_number)


def _doubts(
    run: Run, words: Sequence[Word], turns: Sequence[Turn], language: str
) -> tuple[str, ...]:
    spoken_s = sum(turn.duration_s for turn in merge(turns))
    english = english_only(run.settings.model)
    model = PurePath(run.settings.model).name
    cure = f"{model} knows English only; if this is another language, choose another model"
    if not words and spoken_s < LEAST_SPOKEN_S:
        return ("No speech was found in this file.",)
    if not words:
        levels = sorted(run.sound().level_db)
        loud = levels[len(levels) * 9 // 10] if levels else 0
        if loud < QUIET_DB:
            cause = f"it is very quiet ({loud} dB), so amplify the recording and try again"
        else:
            cause = cure if english else _UNCLEAR
        return (
            f"Speech was heard ({spoken_s:.0f} s), but no words could be made out: {cause}.",
        )
    fewer = (run.settings.least_speakers, len({turn.speaker for turn in turns}))
    few = (f"{fewer[1]} speakers were found, fewer than the {fewer[0]} asked for.",)
    return (*_unread(language), *(few if fewer[1] < fewer[0] else ()))


def _unread(language: str) -> tuple[str, ...]:
    """What it means for the ads that the language's words tell nothing of them."""
    if not understands(language):
        return (
            f'Ads are told by English words, and this episode is in "{language}": only what '
            "other episodes have too was cut; what merely sounds like an ad is marked, and "
            "others may have been left in.",
        )
    return ()
