"""The image and the compose file fit the project: what they copy, start, set and wait for."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from pipeline.cli import app
from pipeline.settings import Settings
from tests.test_layers import HOMES

ROOT = Path(__file__).parents[1]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
    "targets"
]["wheel"]["packages"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IGNORE = (ROOT / ".dockerignore").read_text().splitlines()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (ROOT / ".env.example").read_text()
OURS = ("api", "worker")


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile and what it says, comments and line ends gone."""
    plain = re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", plain).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if line]


def stages() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """What each stage is based on, and its instructions."""
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for name, said in instructions():
        if name == "FROM":
            base, _, stage = said.partition(" AS ")
            found[stage] = (base, [])
        elif found:
            found[[*found][-1]][1].append((name, said))
    return found


def inherited(stage: str) -> list[tuple[str, str]]:
    """The instructions of a stage and of those it is based on, the first first."""
    base, own = stages()[stage]
    return [*(inherited(base) if base in stages() else []), *own]


def said(stage: str, name: str) -> list[str]:
    return [text for instruction, text in inherited(stage) if instruction == name]


def variables(stage: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for text in said(stage, "ENV") for pair in shlex.split(text))


def test_the_last_stage_is_the_processors() -> None:
    assert [*stages()][-1] == "cpu"
    assert stages()["cpu"][0] == stages()["cuda"][0] == "run"


@pytest.mark.parametrize("stage", ["cpu", "cuda"])
def test_the_image_runs_as_nobody_in_particular(stage: str) -> None:
    assert said(stage, "USER") == ["10001:10001"]
    assert said(stage, "ENTRYPOINT") == ['["cleancast"]']
    assert said(stage, "CMD") == ['["serve"]']
    assert said(stage, "VOLUME") == [variables(stage)["CLEANCAST_DATA_DIR"]]
    assert "/healthz" in said(stage, "HEALTHCHECK")[0]


def test_the_build_sees_the_program_and_its_locks_alone() -> None:
    shown = {line[1:] for line in IGNORE if line.startswith("!")}
    assert "*" in IGNORE
    assert shown >= set(PACKAGES)
    rest = {"LICENSE", "README.md", "pyproject.toml", "locks/run.txt", "locks/cuda.txt"}
    assert shown - set(PACKAGES) == rest
    assert all((ROOT / name).exists() for name in shown)


def test_what_is_copied_is_there() -> None:
    for name, (_, own) in stages().items():
        for copy in (text for instruction, text in own if instruction == "COPY"):
            *sources, _ = [word for word in copy.split() if not word.startswith("--")]
            if stage := re.search(r"--from=(\S+)", copy):
                assert stage[1] in [*stages()][: [*stages()].index(name)]
            else:
                assert all((ROOT / source).exists() for source in sources)


def test_packages_are_installed_by_hash() -> None:
    installs = re.findall(r"\$INSTALL (.*?)(?:&&|$)", DOCKERFILE, re.MULTILINE)
    for words in installs:
        assert "--require-hashes" in words or "--no-deps --no-build-isolation ." in words
    assert not re.search(r"\b(ADD|curl|wget) ", DOCKERFILE)
    for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE):
        assert image in stages() or ":" in image


def test_the_build_tries_every_heavy_library() -> None:
    (tried,) = re.findall(r'-c "import (.*?)"', DOCKERFILE, re.DOTALL)
    names = {name.strip(" \\\n").split(".")[0] for name in tried.split(",")}
    assert names >= set(HOMES) - {"pyannote", "torch"}


def settings_of(names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("CLEANCAST_")]


def test_what_is_set_are_settings() -> None:
    known = {f"CLEANCAST_{name.upper()}" for name in Settings.model_fields}
    given = settings_of(re.findall(r"^(?:# )?(\w+)=", EXAMPLE, re.MULTILINE))
    for name in OURS:
        given += settings_of([*SERVICES[name]["environment"]])
    given += settings_of([*variables("cpu"), *variables("cuda")])
    assert set(given) <= known


def test_what_compose_asks_for_is_in_the_example() -> None:
    text = (ROOT / "compose.yaml").read_text()
    for name in re.findall(r"\$\{(\w+):\?", text):
        assert re.search(rf"^{name}=", EXAMPLE, re.MULTILINE)
    # What may be left out has a default, and no secret has.
    assert set(re.findall(r"\$\{(\w+):-", text)) == {"PUBLISH_PORT"}
    assert not re.search(r"^(?!AWS_ACCESS_KEY_ID)\w+=\S", EXAMPLE, re.MULTILINE)
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("name", OURS)
def test_compose_starts_commands_there_are(name: str) -> None:
    service = SERVICES[name]
    assert service["build"]["target"] in stages()
    verb, *options = service["command"]
    command = get_command(app).commands[verb]  # type: ignore[attr-defined]
    known = {word for one in command.params for word in (*one.opts, *one.secondary_opts)}
    assert set(options) <= known
    assert service["init"] is True


def test_whatever_is_waited_for_can_become_healthy() -> None:
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            # Ours bear the image's own check.
            check = SERVICES[other].get("healthcheck", {"test": "the image's"})
            assert check.get("test")
    assert SERVICES["worker"]["healthcheck"] == {"disable": True}


def test_only_this_machine_sees_the_api_and_nobody_the_stores() -> None:
    published = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert published.pop("api") == ["127.0.0.1:${PUBLISH_PORT:-8000}:8000"]
    assert not any(published.values())


def test_data_lies_in_volumes_and_images_are_named_with_a_version() -> None:
    volumes = [v for service in SERVICES.values() for v in service.get("volumes", [])]
    assert {volume.split(":")[0] for volume in volumes} == set(COMPOSE["volumes"])
    for name in SERVICES.keys() - set(OURS):
        assert re.search(r":\d+", SERVICES[name]["image"])
    # One folder each, where they are many.
    assert "volumes" not in SERVICES["worker"]
