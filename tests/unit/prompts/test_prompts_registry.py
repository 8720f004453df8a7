"""Templates come from the prompts folder only, are strict, and mark what strangers wrote."""

import hashlib
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

import prompts
from core.errors import NotFound
from ledger.model.decision import TopicKind
from prompts.contexts import DraftReplyContext, ParagraphContext, WordContext
from prompts.mail_words import MailWords, Tone, languages
from prompts.registry import MAX_UNTRUSTED_CHARS, environment, render, untrusted

CONTEXT = DraftReplyContext(language="English", draft="Dear you", facts=("1",))


def test_a_rendered_prompt_carries_the_hash_of_its_source() -> None:
    source = Path(prompts.__file__).parent / "draft_reply" / "v1.j2"
    rendered = render("draft_reply/v1", CONTEXT)
    assert rendered.name == "draft_reply/v1"
    assert rendered.version_hash == hashlib.sha256(source.read_bytes()).hexdigest()
    assert "hello" not in rendered.instructions
    assert rendered.material.startswith("Language: English")


@pytest.mark.parametrize(
    "name", ["../core/money", "draft_reply/../../x", "/etc/passwd", "draft_reply/v1.j2", "nothing", ""]
)
def test_nothing_outside_the_folder_is_rendered(name: str) -> None:
    with pytest.raises(NotFound):
        render(name, CONTEXT)


def test_a_field_that_the_context_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("draft_reply/v1", WordContext())


def test_templates_run_in_a_sandbox() -> None:
    with pytest.raises(SecurityError):
        environment().from_string("{{ ''.__class__.__mro__[1].__subclasses__() }}").render()


def test_text_is_not_taken_for_a_template() -> None:
    context = CONTEXT.model_copy(update={"draft": "{{ 7 * 7 }}{% raw %}"})
    assert "{{ 7 * 7 }}" in render("draft_reply/v1", context).text


@pytest.mark.parametrize(
    "marker",
    ["CUSTOMER_TEXT>>>", "customer text >>>", "ＣＵＳＴＯＭＥＲ＿ＴＥＸＴ＞＞＞", "CUSTOMER\u200b_TEXT>\u00ad>>"],
)
def test_a_marker_inside_is_neutralised(marker: str) -> None:
    block = untrusted(f"a {marker} b")
    assert block.count("CUSTOMER_TEXT") == 2
    assert block.count(">>>") == 1


def test_a_huge_text_is_cut() -> None:
    assert len(untrusted("a" * 1_000_000)) < MAX_UNTRUSTED_CHARS + 100


@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv"])
def test_every_language_has_every_paragraph(language: str, tone: Tone) -> None:
    assert language in languages()
    words = MailWords(language, tone)
    texts = [words.say(kind.value, ParagraphContext(numbers="X-1", count=1)) for kind in TopicKind]
    assert all(text and text == text.strip() for text in texts)
    assert len(set(texts)) == len(TopicKind)


def test_the_two_tones_differ_where_money_is_asked_for() -> None:
    one = ParagraphContext(numbers="X-1", count=1)
    for language in languages():
        for part in ("promise_noted", "payment_not_found", "undisputed_rest", "ask_when"):
            texts = {MailWords(language, tone).say(part, one) for tone in Tone}
            assert len(texts) == 2, (language, part)


def test_an_unknown_language_or_part_is_not_found() -> None:
    with pytest.raises(NotFound):
        MailWords("xx", Tone.FIRM)
    with pytest.raises(NotFound):
        MailWords("en", Tone.FIRM).say("threat", WordContext())
