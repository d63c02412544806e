"""The neural voice, by a tiny network with the same inputs and outputs."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from kinora.errors import EngineError, ModelError
from kinora.sound.protocol import SAMPLE_RATE
from kinora.sound.speech import espeak, find_voice
from kinora.sound.speech import kokoro as module
from kinora.sound.speech.kokoro import KokoroVoice
from kinora.sound.speech.vocabulary import MOST, VOCABULARY, clauses, numbers, spelled
from kinora.weights.catalogue import CATALOGUE

_EACH = 1200  # samples at 24 kHz that the tiny network says for each symbol
_VOICES = ("kokoro-en-heart", "kokoro-en-michael", "kokoro-fr-siwis")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with the tiny network and three voices, and a catalogue that knows them."""
    _save_network(tmp_path / "kokoro.onnx")
    for at, name in enumerate(_VOICES):
        np.full((510, 256), 1.0 + at, "<f4").tofile(tmp_path / f"{name}.bin")
    for name in ("kokoro", *_VOICES):
        entry = CATALOGUE[name]
        content = (tmp_path / f"{name}{entry.suffix}").read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        monkeypatch.setitem(CATALOGUE, name, replace(entry, sha256=digest))
    said = {"Good morning": "ɡʊd mˈɔːɹnɪŋ", "captain": "kˈæptɪn", "Bonjour": "bɔ̃ʒˈuʁ"}
    monkeypatch.setattr(module, "can_spell_out", lambda: True)
    monkeypatch.setattr(module, "ipa_of", lambda text, *, lang: said[text])
    return tmp_path


def _save_network(path: Path) -> None:
    """Says a tone for each symbol, as loud as the voice's style says."""
    tone = np.sin(2 * np.pi * 200 * np.arange(_EACH) / 24000)
    table = np.outer(np.arange(178) > 0, tone).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"], axis=0),
        helper.make_node("Reshape", ["each", "flat"], ["line"]),
        helper.make_node("ReduceMean", ["style"], ["loud"], keepdims=0),
        helper.make_node("Mul", ["line", "loud"], ["said"]),
        helper.make_node("Mul", ["said", "speed"], ["waveform"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "n"]),
            helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
            helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
        ],
        [helper.make_tensor_value_info("waveform", TensorProto.FLOAT, [1, "m"])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([1, -1], np.int64), "flat"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)


def test_it_is_the_best_voice_where_it_is_installed(folder: Path) -> None:
    for lang in ("en", "fr"):
        voice = find_voice(lang, folder=folder)
        assert voice is not None
        assert (voice.name, voice.licence) == ("Kokoro", "Apache-2.0")


def test_without_its_network_or_a_voice_of_the_language_it_has_none(folder: Path) -> None:
    (folder / "kokoro-fr-siwis.bin").unlink()
    assert KokoroVoice(folder).languages == {"en"}
    with pytest.raises(EngineError, match="no voice for fr"):
        KokoroVoice(folder).say("Bonjour", lang="fr", speaker=None, seed=0)
    (folder / "kokoro.onnx").unlink()
    assert KokoroVoice(folder).languages == frozenset()


def test_a_line_becomes_a_sound_as_long_as_its_symbols(folder: Path) -> None:
    said = KokoroVoice(folder).say("Good morning, captain.", lang="en", speaker=None, seed=0)
    symbols = len("ɡʊd mˈɔɹnɪŋ") + 1 + 1 + len("kˈæptɪn") + 1
    margins = 2 * 0.02 * SAMPLE_RATE  # of the silence at both ends, some is kept
    wanted = symbols * _EACH * SAMPLE_RATE / 24000 + margins
    assert len(said.samples) == pytest.approx(wanted, abs=50)
    assert float(np.abs(said.samples).max()) == pytest.approx(0.8, abs=0.02)
    assert [word.text for word in said.words] == ["Good", "morning,", "captain."]
    assert said.words[-1].t1 == pytest.approx(len(said.samples) / SAMPLE_RATE)


def test_women_and_men_have_voices_of_their_own(folder: Path) -> None:
    voice = KokoroVoice(folder)
    assert voice._cast("en", "the old woman", 3).id == "kokoro-en-heart"
    assert voice._cast("en", "her father", 3).id in {"kokoro-en-heart", "kokoro-en-michael"}
    assert voice._cast("en", "the king", 3).id == "kokoro-en-michael"
    assert voice._cast("fr", "le roi", 3).id == "kokoro-fr-siwis"
    assert {voice._cast("en", name, 0).id for name in "abcdefgh"} == {
        "kokoro-en-heart",
        "kokoro-en-michael",
    }


def test_a_damaged_voice_is_refused(folder: Path) -> None:
    (folder / "kokoro-en-heart.bin").write_bytes(b"no voice")
    with pytest.raises(ModelError, match="damaged"):
        KokoroVoice(folder).say("Good morning", lang="en", speaker="a woman", seed=0)


def test_symbols_have_the_numbers_of_the_model() -> None:
    known = {"ð": 81, "ə": 83, "t": 62, "ˈ": 156, "i": 51, "ʧ": 133, "ɹ": 123, "ɪ": 102, "I": 25}
    known |= {";": 1, "?": 6, "“": 14, " ": 16, "z": 68, "æ": 72, "ɡ": 92, "ŋ": 112, "ᵻ": 177}
    known |= {"W": 39, "O": 31, "A": 24, "Y": 41, "ᵊ": 42, "a": 43, "h": 50, "ʁ": 128, "ʒ": 147}
    assert {symbol: VOCABULARY[symbol] for symbol in known} == known
    assert len(set(VOCABULARY.values())) == len(VOCABULARY)


def test_what_espeak_writes_is_spelled_as_the_model_was_taught() -> None:
    assert spelled("aɪ nˈəʊ ðə dʒˈɔɪ", lang="en") == "I nˈQ ðə ʤˈY"
    assert spelled("bɜːd", lang="en") == "bɜɹd"
    assert spelled("ˈæftɚɹ ˈɔːl", lang="en") == "ˈæftəɹ ˈɔl"
    assert spelled("vjɛ̃dʁˈɛ|", lang="fr") == "vjɛ̃dʁˈɛ"


def test_long_lines_are_cut_where_the_model_ends() -> None:
    assert len(numbers("a" * 600)) == MOST + 2
    assert numbers("a")[0] == numbers("a")[-1] == 0


def test_punctuation_stays_with_its_clause() -> None:
    assert clauses("Yes, I did! Did you…") == [("Yes", ","), ("I did", "!"), ("Did you", "…")]


@pytest.mark.skipif(not espeak.can_spell_out(), reason="eSpeak NG isn't installed")
def test_real_phonemes_are_nearly_all_known() -> None:
    for lang, text in (
        ("en", "She sells sea shells by the shore, measuring joy"),
        ("fr", "Je savais que tu viendrais un jour, près de la rivière"),
    ):
        ipa = espeak.ipa_of(text, lang=lang)
        kept = spelled(ipa, lang=lang)
        lost = {symbol for symbol in ipa if symbol not in VOCABULARY} - set("ː-")
        assert not lost
        assert len(kept) > 0.7 * len(ipa)
