"""Archives in few words, and HAR 1.2 as a schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    model_validator,
)

from inspector.formats.har.reading import HarImporter
from inspector.formats.importing import Input, Item

Entry = Callable[..., dict[str, Any]]
Read = Callable[..., list[Item]]


@pytest.fixture
def entry() -> Entry:
    """An entry: what is given of its request and response, besides the least that any writer tells."""

    def make(
        request: dict[str, Any] | None = None, response: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        asked = {
            "method": "POST",
            "url": "https://my-res.openai.azure.com/openai/v1/responses",
            "httpVersion": "http/1.1",
            "headers": [{"name": "content-type", "value": "application/json"}],
        }
        answered = {"status": 200, "httpVersion": "http/1.1", "headers": [], "content": {"size": 0}}
        return {
            "startedDateTime": "2026-11-21T10:00:00.250Z",
            "time": 1000,
            "request": {**asked, **(request or {})},
            "response": {**answered, **(response or {})},
            "timings": {"send": 100, "wait": 400, "receive": 500},
            **more,
        }

    return make


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """What an archive of these entries is read as; or a file of these bytes."""

    def of(
        *entries: dict[str, Any], creator: str = "WebInspector", content: bytes | None = None
    ) -> list[Item]:
        path = tmp_path / "some.har"
        log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": entries}
        path.write_bytes(json.dumps({"log": log}).encode() if content is None else content)
        return list(HarImporter().read(Input("some.har", path, path.stat().st_size), lambda _: None))

    return of


class _Object(BaseModel):
    """An object of HAR 1.2: what the specification does not name begins with an underscore."""

    model_config = ConfigDict(extra="allow")
    comment: StrictStr | None = None

    @model_validator(mode="after")
    def _custom(self) -> _Object:
        odd = [name for name in self.model_extra or {} if not name.startswith("_")]
        assert not odd, f"{type(self).__name__} has {odd}"
        return self


Unknown = Annotated[StrictInt, Field(ge=-1)]
Milliseconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Maybe = Annotated[float, Field(ge=-1, allow_inf_nan=False)]


class _Creator(_Object):
    name: StrictStr
    version: StrictStr


class _Pair(_Object):
    name: StrictStr
    value: StrictStr


class _Cookie(_Pair):
    path: StrictStr | None = None
    domain: StrictStr | None = None
    expires: AwareDatetime | None = None
    httpOnly: bool | None = None
    secure: bool | None = None


class _PostData(_Object):
    mimeType: StrictStr
    text: StrictStr | None = None
    params: list[_Pair] | None = None


class _Request(_Object):
    method: StrictStr
    url: AnyUrl
    httpVersion: StrictStr
    cookies: list[_Cookie]
    headers: list[_Pair]
    queryString: list[_Pair]
    postData: _PostData | None = None
    headersSize: Unknown
    bodySize: Unknown


class _Content(_Object):
    size: Annotated[StrictInt, Field(ge=0)]
    compression: StrictInt | None = None
    mimeType: StrictStr
    text: StrictStr | None = None
    encoding: Literal["base64"] | None = None


class _Response(_Object):
    status: Annotated[StrictInt, Field(ge=0)]
    statusText: StrictStr
    httpVersion: StrictStr
    cookies: list[_Cookie]
    headers: list[_Pair]
    content: _Content
    redirectURL: StrictStr
    headersSize: Unknown
    bodySize: Unknown


class _Timings(_Object):
    blocked: Maybe | None = None
    dns: Maybe | None = None
    connect: Maybe | None = None
    ssl: Maybe | None = None
    send: Milliseconds
    wait: Milliseconds
    receive: Milliseconds


class _Entry(_Object):
    pageref: StrictStr | None = None
    startedDateTime: AwareDatetime
    time: Milliseconds
    request: _Request
    response: _Response
    cache: dict[str, Any]
    timings: _Timings
    serverIPAddress: StrictStr | None = None
    connection: StrictStr | None = None

    @model_validator(mode="after")
    def _sum(self) -> _Entry:
        """The time is that of all steps that apply; `ssl` is part of `connect`."""
        told = self.timings
        steps = (told.blocked, told.dns, told.connect, told.send, told.wait, told.receive)
        assert abs(self.time - sum(step for step in steps if step is not None and step > 0)) < 0.001
        return self


class _Log(_Object):
    version: Literal["1.2"]
    creator: _Creator
    browser: _Creator | None = None
    pages: list[Any] | None = None
    entries: list[_Entry]


class _Archive(_Object):
    log: _Log


@pytest.fixture
def schema() -> Callable[[bytes], None]:
    """Asserts that it is an archive by the words of HAR 1.2's specification."""

    def check(content: bytes) -> None:
        assert len(_Archive.model_validate_json(content).log.entries) == len(
            json.loads(content)["log"]["entries"]
        )

    return check
