from inspector.protocol.snippets.call import call_of
from inspector.protocol.snippets.catalogue import FORMS


def test_every_form_writes_lines_of_its_own() -> None:
    call = call_of("POST", "https://my-res.openai.azure.com/openai/v1/responses", [("api-key", "x")], b"{}")
    written = {name: form.write(call) for name, form in FORMS.items()}
    assert list(written) == ["curl", "httpie", "python", "codex"]
    assert len(set(written.values())) == len(written)
    for text in written.values():
        assert text.endswith("\n")
        assert "my-res.openai.azure.com" in text
