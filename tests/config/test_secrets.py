"""Figures of the guard against codes, passwords and links: run with -s to read them."""

import re
import time

import pytest

from config.clean_text import Kind, findings, masked, scan
from tests.config.secrets_corpus import HARMLESS, WITH_A_SECRET, sentences

SECRET = re.compile("⟦(.*?)⟧")
CODE_BESIDE_PIN = re.compile(r"pin\W{0,3}\d{4}\b", re.IGNORECASE)  # the guard that one would write in a minute


def typed(sentence: str) -> str:
    return SECRET.sub(r"\1", sentence)


def is_hidden(sentence: str) -> bool:
    """Is every secret of the sentence blotted out?"""
    text = typed(sentence)
    left = masked(text, scan(text))
    return left != text and not any(secret in left for secret in SECRET.findall(sentence))


def test_the_corpus_is_as_large_as_promised():
    assert len(sentences(WITH_A_SECRET)) >= 200
    assert len(sentences(HARMLESS)) >= 200


@pytest.mark.parametrize("half", [0, 1], ids=["the half looked at", "the half not looked at"])
def test_secrets_beside_their_words_are_caught(half):
    corpus = sentences(WITH_A_SECRET)[half::2]

    caught = sum(map(is_hidden, corpus))

    print(f"\n{caught} of {len(corpus)} caught, {100 * caught / len(corpus):.1f} %")
    assert caught >= 0.95 * len(corpus)


@pytest.mark.parametrize("half", [0, 1], ids=["the half looked at", "the half not looked at"])
def test_harmless_sentences_raise_hardly_an_alarm(half):
    corpus = sentences(HARMLESS)[half::2]

    alarms = sum(1 for sentence in corpus if scan(sentence))

    print(f"\n{alarms} of {len(corpus)} alarm, {100 * alarms / len(corpus):.1f} %")
    assert alarms <= 0.03 * len(corpus)


def test_a_guard_written_in_a_minute_would_miss_most_of_the_corpus():
    caught = sum(1 for sentence in sentences(WITH_A_SECRET) if CODE_BESIDE_PIN.search(typed(sentence)))

    assert caught < 0.5 * len(sentences(WITH_A_SECRET))


@pytest.mark.parametrize(
    ("text", "kind", "left"),
    [
        ("Pin du client : 4829, carte A", Kind.CODE, "Pin du client : •••, carte A"),
        ("Wachtwoord: Zonnebloem7!", Kind.PASSWORD, "Wachtwoord: •••!"),
        ("Her PIN is ٤٨٢٩.", Kind.CODE, "Her PIN is •••."),
        ("P\u200bIN 48\u200b29", Kind.CODE, "P\u200bIN •••"),
        ("login: fatima / Rabat19!", Kind.PASSWORD, "login: fatima / •••"),
        ("voir https://www.csam.be/activation?code=KD82MZ01.", Kind.LINK, "voir •••."),
    ],
)
def test_only_the_secret_itself_is_blotted_out(text, kind, left):
    assert [finding.kind for finding in scan(text)] == [kind]
    assert masked(text, scan(text)) == left


@pytest.mark.parametrize("text", ["Nouveau PIN 2026", "mot de passe : soleil", "code 1080"])
def test_what_may_be_harmless_is_doubtful(text):
    assert [finding.doubtful for finding in scan(text)] == [True]


@pytest.mark.parametrize("sentence", [s for s in sentences(WITH_A_SECRET) if is_hidden(s)])
def test_a_text_whose_secrets_are_blotted_out_is_clean(sentence):
    text = typed(sentence)

    assert [finding for finding in scan(masked(text, scan(text))) if not finding.doubtful] == []


HOSTILE = [
    "pin ", "pin 1 ", "code ", "mdp : ", 'mdp " ', "m.d.p. ", "puk: 4829/", "pin huit ", "login x / ", "1 ", "12.",
    "+1", "a@", "a.", "a-", "code-", "https://a.be/?a=1&", "https://a.belgium.be/a1-a1-a1-a1 ", " ", "\n", "mars ",
    "«", "0470 ", "pin 12/03/2026 ", "٤", "é", "\u200b", "p.i.n", "mot de ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_keeps_the_guard_busy(piece):
    text = (piece * 4000)[:4000]

    began = time.perf_counter()
    scan(text)

    assert time.perf_counter() - began < 1.0


def test_the_quick_look_misses_nothing_that_the_careful_one_finds(monkeypatch):
    texts = [typed(sentence) for sentence in sentences(WITH_A_SECRET) + sentences(HARMLESS)]
    quick = [scan(text) for text in texts]

    monkeypatch.setattr(findings, "SUSPICIOUS", re.compile(""))

    assert [scan(text) for text in texts] == quick


def test_a_long_note_is_read_in_a_moment():
    note = (
        "Visite de madame, orientée vers la commune ; elle reviendra jeudi avec la lettre PIN/PUK reçue le 2/3. "
        "Rappeler au 0470 12 34 56 avant 16 h, interprète en arabe. Payé 10,00 € au guichet 12. "
    )
    note = (note * 30)[:4000]
    times = []
    for _ in range(20):
        began = time.perf_counter()
        assert scan(note) == []
        times.append(time.perf_counter() - began)

    print(f"\n{len(note)} characters in {1000 * min(times):.2f} ms")
    assert min(times) < 0.02
