"""The doctor's look at servers: real ones, and ones that are not there."""

import pytest
from pydantic import SecretStr

from episodes.errors import BadInput
from pipeline.doctor import examine
from pipeline.settings import Settings
from pipeline.stores import database_server, object_store
from storage.objects import ObjectBlobs


def test_a_server_that_lets_us_in_is_well(postgres_database: str) -> None:
    seen, cure = database_server(postgres_database)
    assert seen.startswith("PostgreSQL ")
    assert cure == ""


def test_a_database_that_is_not_there_has_a_cure(postgres_database: str) -> None:
    for url in (f"{postgres_database}x", "postgresql://127.0.0.1:1/none", "nonsense", "x://y"):
        seen, cure = database_server(url)
        assert "\n" not in seen
        assert "CLEANCAST_DATABASE_URL" in cure


def test_a_bucket_that_keeps_things_is_well(bucket: str) -> None:
    seen, cure = object_store(bucket)
    assert bucket in seen
    assert cure == ""


def test_a_bucket_that_is_not_there_has_a_cure(s3: str) -> None:
    assert s3
    for url in ("s3://not-there/x", "nonsense", "ftp://x/y"):
        seen, cure = object_store(url)
        assert "\n" not in seen
        assert "CLEANCAST_STORAGE_URL" in cure
    with pytest.raises(BadInput, match=r"^ftp://x is no storage: [^\n]+\.$"):
        ObjectBlobs("ftp://x")


def test_the_doctor_looks_where_the_settings_say(
    settings: Settings, postgres_database: str, bucket: str
) -> None:
    many = settings.model_copy(
        update={"database_url": SecretStr(postgres_database), "storage_url": bucket}
    )
    findings = {one.name: one for one in examine(many, port=False)}
    assert findings["database"].ok
    assert findings["storage"].ok
    assert "full text search" not in findings
