"""The container file names what is there, holds packages to their hashes, and runs as nobody."""

import re
import tomllib

import pytest

from tests.containerfile import ROOT, Stage, copied, stages

STAGES = stages()
LAST = STAGES[-1]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
SECRET = re.compile(
    r"WEIGUANG_(?:SECRET|KEYS|OIDC_SECRET)|DATABASE_URL|PASSWORD|TOKEN", re.IGNORECASE
)


def steps(word: str, stage: Stage | None = None) -> list[str]:
    looked_at = [stage] if stage else STAGES
    return [rest for each in looked_at for said, rest in each.steps if said == word]


def test_every_file_that_is_copied_is_there_and_not_kept_out() -> None:
    names = [stage.name for stage in STAGES]
    for rest in steps("COPY"):
        stage, sources, _ = copied(rest)
        if stage:
            assert stage in names
            continue
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source not in IGNORED


@pytest.mark.parametrize("stage", [each for each in STAGES if "python" in each.image])
def test_it_runs_on_the_python_that_the_lock_files_are_made_for(stage: Stage) -> None:
    locked = re.search(r"--python-version (\S+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert locked is not None
    assert project["requires-python"] == f">={locked.group(1)}"
    assert f"/python:{locked.group(1)}-" in stage.image


def test_it_builds_with_a_node_that_the_package_allows() -> None:
    (image,) = (stage.image for stage in STAGES if "/node:" in stage.image)

    assert "/node:22-" in image
    assert ">=22." in (ROOT / "package.json").read_text(encoding="utf-8")


def test_no_package_is_fetched_without_its_hash() -> None:
    for run in steps("RUN"):
        for pip in re.findall(r"pip (?:install|wheel) [^&]+", run):
            assert "--require-hashes" in pip or "--no-index" in pip, pip
        if "npm" in run:
            assert "npm ci --ignore-scripts" in run


def test_it_runs_as_nobody_in_particular_and_says_whether_it_is_well() -> None:
    after_user = [word for word, _ in LAST.steps[[word for word, _ in LAST.steps].index("USER") :]]

    assert steps("USER", LAST) == ["10001"]
    assert "RUN" not in after_user
    assert "COPY" not in after_user
    assert len(steps("HEALTHCHECK", LAST)) == 1
    assert steps("VOLUME", LAST) == ["/var/lib/weiguang"]
    assert '"weiguang", "up"' in steps("CMD", LAST)[0]


def test_no_secret_is_named_in_a_layer() -> None:
    for stage in STAGES:
        for word, rest in stage.steps:
            assert not SECRET.search(rest), (word, rest)


def test_what_a_run_or_an_operator_left_is_kept_out_of_the_build() -> None:
    assert {".git", ".venv", "var", "**/node_modules", "weiguang/web/static"} <= set(IGNORED)
