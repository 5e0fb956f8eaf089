"""The documents say what is there: the README's tree, the settings, the commands."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CODE = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def tree() -> dict[str, str]:
    """Path and phrase of each line of the README's tree."""
    (block,) = re.findall(r"```text\n(episodes/.*?)```", README, re.DOTALL)
    lines, folder = {}, ""
    for line in block.splitlines():
        indent, name, phrase = re.fullmatch(r"( *)(\S+) +(\S.*)", line).groups()  # type: ignore[union-attr]
        folder = folder if indent else name
        lines[folder + name if indent else name] = phrase
    return lines


def test_the_tree_is_the_disk() -> None:
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for room in (*CODE, "benchmarks", "seeds")
        for path in (ROOT / room).rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
    }
    assert {path for path in tree() if path.endswith(".py")} == on_disk


def test_the_tree_names_every_folder_there_is() -> None:
    for path in tree():
        assert (ROOT / path).exists(), path


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/settings.md").read_text()
    for name, field in Settings.model_fields.items():
        assert f"| `CLEANCAST_{name.upper()}` | {field.description} |" in text


COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help_and_a_place_in_the_readme(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert f"cleancast {name}" in README
    assert all(option.help for option in command.params if option.name != "help")


def test_locks_name_packages_not_places() -> None:
    for lock in (ROOT / "locks").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text


PAGES = [ROOT / "README.md", *ROOT.glob("[a-z]*/*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / link).exists(), link
