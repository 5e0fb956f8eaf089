"""The scores need the extra `bench`, which no user of the project installs."""

import gzip
import json
from importlib.util import find_spec
from pathlib import Path

import pytest

NEEDED = ("jiwer", "meeteval", "whisper_normalizer", "pyannote.metrics")


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


collect_ignore_glob = [] if all(map(_installed, NEEDED)) else ["test_*.py"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of the same shape as the real one, with a few words in each corpus."""
    turns = [
        {
            "start": 0.0,
            "end": 4.0,
            "speaker": "S1",
            "ad": False,
            "text": "Hello there, Ann Lee.",
        },
        {"start": 5.0, "end": 6.0, "speaker": "S3", "ad": True, "text": "Buy now."},
        {"start": 6.0, "end": 8.0, "speaker": "S3", "ad": True, "text": "Terms apply."},
        {"start": 8.5, "end": 9.0, "speaker": "S4", "ad": True, "text": "Eat this."},
        {"start": 9.5, "end": 10.0, "speaker": "S2", "ad": False, "text": "Yes."},
    ]
    files = {
        "journal/journal.json": json.dumps({"title": "A title", "turns": turns}),
        "journal/companion-article.txt": "About Ann Lee.",
        "corpus/conversations/duo.json": json.dumps(
            {
                "utterances": [
                    {"speaker": "b", "start": 3, "end": 4, "speech": [[3.1, 4]], "text": "NO"},
                    {
                        "speaker": "a",
                        "start": 0,
                        "end": 2,
                        "speech": [[0, 0.5], [1, 2]],
                        "text": "OH YES",
                    },
                ]
            }
        ),
        "corpus/meetings/EN1.stm": "EN1_0-30 1 MEO 1.0 2.0 'Kay then\nEN1_0-30 1 FEO 1.5 1.9\n",
        "corpus/meetings/EN1.rttm": "SPEAKER EN1 1 1.0 1.0 <NA> <NA> MEO <NA> <NA>\n"
        "SPEAKER EN1 1 1.5 0.5 <NA> <NA> FEO <NA> <NA>\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "ads").mkdir()
    row = {
        "episode": "e1",
        "duration": 9.0,
        "spans": [[0, 2.5]],
        "words": [{"text": " Buy", "start": 0.0, "end": 0.5}],
    }
    packed = gzip.compress(json.dumps(row).encode())
    (tmp_path / "ads" / "podcasts_dev.jsonl.gz").write_bytes(packed)
    said = (("Good evening.", "content"), ("Buy it now.", "sponsor"), ("Welcome.", "content"))
    sentences = [{"text": text, "label": label} for text, label in said]
    packed = gzip.compress(json.dumps({"episode": "e2", "sentences": sentences}).encode())
    (tmp_path / "ads" / "addetection_dev.jsonl.gz").write_bytes(packed)
    return tmp_path
