"""The documents say what is there: the README's tree, the settings, the commands."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from api.app import create_app
from api.problems import TYPES
from pipeline.cli import app
from pipeline.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
API = (ROOT / "docs/api.md").read_text()
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
        if path.name not in ("__init__.py", "__main__.py") and path.parent.name != "versions"
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


def curls() -> set[tuple[str, str]]:
    """Method and path of each curl line in docs/api.md."""
    blocks = re.findall(r"```sh\n(.*?)```", API, re.DOTALL)
    lines = re.sub(r"\\\n *", "", "".join(blocks)).splitlines()
    found = set()
    for line in re.findall(r"^curl (?:.|\n(?!curl))*", "\n".join(lines), re.MULTILINE):
        (path,) = re.findall(r"\$HOST([^\s\"?]*)", line)
        given = re.search(r"-X (\w+)", line)
        sends = re.search(r"(-F|--json) ", line)
        method = given[1] if given else "POST" if sends else "GET"
        path = path.replace("$ID", "{id}").replace("$WEBHOOK", "{webhook_id}")
        path = path.replace("$UPLOAD", "{upload_id}")
        found.add((method, path))
    return found


def test_every_route_has_a_curl_line_and_every_curl_line_a_route() -> None:
    paths = create_app().openapi()["paths"]
    routes = {(verb.upper(), path) for path, verbs in paths.items() for verb in verbs}
    assert curls() == routes


def test_every_problem_type_is_documented_with_its_status() -> None:
    rows = re.findall(r"\| `urn:cleancast:problem:([\w-]+)` \| (\d+) \|", API)
    assert rows == [(name, str(status)) for name, (status, _) in TYPES.items()]


def test_everything_in_the_data_folder_is_documented() -> None:
    code = "".join(path.read_text() for room in CODE for path in (ROOT / room).rglob("*.py"))
    names = set(re.findall(r'data_dir / "([\w.]+)"', code)) - {"migrate.lock", ".ready"}
    text = (ROOT / "docs/operating.md").read_text()
    for name in names:
        assert re.search(rf"^\|.*`{re.escape(name)}/?`.*\|", text, re.MULTILINE), name
