"""The shape of the project: who may import whom, which file loads what, how long files are."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("audio", "transcribe", "speakers", "ads", "formats", "storage")
OURS = {"episodes", *ROOMS, "pipeline", "api", "benchmarks", "seeds", "tests"}
MAY_IMPORT = {
    "episodes": {"episodes"},
    **{room: {room, "episodes"} for room in ROOMS},
    "pipeline": {"pipeline", *ROOMS, "episodes"},
    "api": {"api", "pipeline", *ROOMS, "episodes"},
}
HOMES = {
    "faster_whisper": {"transcribe/whisper.py"},
    "pyannote": {"speakers/pyannote.py"},
    "torch": {"speakers/pyannote.py"},
    "onnxruntime": {"speakers/network.py", "ads/network.py"},
    "tokenizers": {"ads/network.py"},
    "av": {"audio/container.py", "audio/reader.py", "audio/decode.py"},
    "pydub": {"audio/cut.py"},
    "imageio_ffmpeg": {"audio/cut.py"},
    "dbos": {"pipeline/jobs.py"},
}
"""Heavy libraries, and the adapter that may load each."""

FILES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))


def imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def loaded_at_import(tree: ast.Module) -> set[str]:
    """What a module's own top level imports, type-checking blocks aside."""
    plain: list[ast.stmt] = [
        node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return imports(ast.Module(plain, []))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert imports(ast.parse(path.read_text())) & OURS <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_heavy_libraries_load_late_and_in_one_place(path: Path) -> None:
    tree = ast.parse(path.read_text())
    for library in imports(tree) & HOMES.keys():
        assert name_of(path) in HOMES[library], f"{library} is loaded in {name_of(path)}"
    assert not loaded_at_import(tree) & HOMES.keys()


def test_the_nouns_need_only_the_standard_library() -> None:
    for path in (ROOT / "episodes").glob("*.py"):
        loaded = loaded_at_import(ast.parse(path.read_text()))
        assert loaded - {"episodes"} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{node.name} is too long"
