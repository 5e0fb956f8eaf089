import json
from pathlib import Path

from benchmarks.report import Row, Table, keep, markdown


def table(file: Path) -> Table:
    rows = [
        Row("one", {"WER %": 12.345, "files": 1}),
        Row("both", {"WER %": 2.0, "files": 2}),
        Row("stage", {"seconds": 0.5}),
    ]
    return Table("words", {"model": "tiny"}, rows, [file])


def test_a_page_has_a_grid_for_each_set_of_columns(tmp_path: Path) -> None:
    lines = markdown(table(tmp_path)).splitlines()
    assert lines[0] == "# words"
    assert lines[2] == "model tiny"
    assert lines[4:8] == [
        "|      | WER % | files |",
        "| ---- | ----: | ----: |",
        "| one  |  12.3 |     1 |",
        "| both | 2.000 |     2 |",
    ]
    assert lines[-1] == "| stage |   0.500 |"


def test_what_is_kept_can_be_checked_later(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    heard.write_bytes(b"sound")
    path = keep(table(heard), tmp_path / "results")
    kept = json.loads(path.read_text("utf-8"))
    assert path.name == f"{kept['measured'][:10]}-words.json"
    assert kept["rows"][0] == {"name": "one", "WER %": 12.345, "files": 1}
    assert len(kept["files"]["heard.wav"]) == 64
    assert kept["versions"]["jiwer"][0].isdigit()
    assert path.with_suffix(".md").read_text("utf-8").startswith(markdown(table(heard)))
