from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from PIL import Image
from tests.support.clips import media_digest
from tests.unit.provenance.conftest import with_parent

from kinora.errors import EngineError, InputError, OutputError
from kinora.provenance import identity, registry
from kinora.provenance.bindings import read_store
from kinora.provenance.check import check_manifest
from kinora.provenance.identity import callback_identity, file_identity, local_identity
from kinora.provenance.manifest import Software, source_type
from kinora.provenance.sealing import Finish, Provenance
from kinora.settings import Settings
from kinora.types.media import MediaFile
from kinora.types.provenance import Origin

MP4 = "video/mp4"


def checked(path, settings):
    return check_manifest(path, mime=MP4, settings=settings)


def photo(**options) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.full((40, 60, 3), 99, np.uint8)).save(out, "JPEG", **options)
    return out.getvalue()


def test_a_fresh_installation_signs_what_nobody_vouches_for(clip, origin, sealing):
    before = media_digest(clip), clip.stat().st_size
    settings = sealing(clip, replace(origin, photo=photo()))
    found = checked(clip, settings)
    assert (found.state, found.signed_here, found.problems) == ("valid", True, ())
    assert (found.generator, found.ingredients) == ("Kinora 1.2.3", ("Photo",))
    assert found.source_types == ("algorithmicallyEnhanced",)
    assert media_digest(clip) == before[0]
    assert 0 < clip.stat().st_size - before[1] < 20_000


def test_a_signed_clip_still_starts_at_once_and_seeks(clip, origin, sealing):
    sealing(clip, origin)
    data = clip.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(clip)) as container:
        container.seek(500_000)
        assert next(container.decode(video=0)).pts is not None


def test_a_root_among_the_anchors_makes_it_trusted(clip, origin, sealing):
    settings = sealing(clip, origin)
    roots = settings.data_dir / "identity" / identity.ROOTS
    assert checked(clip, settings.model_copy(update={"c2pa_anchors": roots})).state == "trusted"


def test_one_changed_byte_of_picture_is_seen(clip, origin, sealing):
    settings = sealing(clip, origin)
    data = bytearray(clip.read_bytes())
    data[data.index(b"mdat") + 40] ^= 1
    clip.write_bytes(data)
    found = checked(clip, settings)
    assert (found.state, found.signed_here) == ("invalid", False)
    assert "assertion.bmffHash.mismatch" in found.problems


def test_a_file_without_a_manifest_proves_nothing(clip, sealing, origin):
    settings = sealing(clip, origin, c2pa=False)
    found = checked(clip, settings)
    assert found.state == "absent"
    assert "doesn't mean" in found.detail


def test_a_chain_of_changes_keeps_every_manifest(clip, origin, sealing, tmp_path):
    original = tmp_path / "photo.jpg"
    first, second, third = (tmp_path / f"{n}.mp4" for n in "123")
    original.write_bytes(photo())
    for path in (first, second, third):
        shutil.copy(clip, path)
    sealing(first, replace(origin, photo=original.read_bytes()))
    sealing(second, with_parent(origin, first))
    settings = sealing(third, with_parent(origin, second))
    found = checked(third, settings)
    assert (found.state, found.manifests, found.problems) == ("valid", 3, ())
    assert found.ingredients == ("Source clip",)
    store = read_store(third, mime=MP4, anchors="")
    titles = {i["title"] for m in store.manifests.values() for i in m.get("ingredients", ())}
    assert titles == {"Source clip", "Photo"}


def test_a_tampered_source_is_told(clip, origin, sealing, tmp_path):
    source = tmp_path / "source.mp4"
    shutil.copy(clip, source)
    sealing(source, origin)
    data = bytearray(source.read_bytes())
    data[data.index(b"mdat") + 40] ^= 1
    source.write_bytes(data)
    settings = sealing(clip, with_parent(origin, source))
    found = checked(clip, settings)
    assert found.state == "valid"
    assert "ingredient: assertion.bmffHash.mismatch" in found.problems
    assert "made from doesn't hold" in found.detail


def test_joined_clips_are_components(clip, origin, sealing, tmp_path):
    parts = tuple(tmp_path / f"{n}.mp4" for n in "12")
    for part in parts:
        shutil.copy(clip, part)
        sealing(part, origin)
    settings = sealing(clip, replace(origin, plan=None, parents=parts))
    found = checked(clip, settings)
    assert (found.state, found.manifests) == ("valid", 3)
    assert found.source_types == ("compositeSynthetic",)


def test_place_and_prompt_stay_out(clip, origin, sealing):
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.9876)})
    picture = replace(origin, photo=photo(exif=exif, comment=b"taken at home"))
    sealing(clip, picture)
    data = clip.read_bytes()
    assert b"taken at home" not in data
    assert b"Exif" not in data
    assert origin.plan.prompt.encode() not in data
    sealing(clip, picture, c2pa_prompt=True)
    assert origin.plan.prompt.encode() in clip.read_bytes()


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({}, "algorithmicallyEnhanced"),
        ({"learned_pixels": True}, "compositeWithTrainedAlgorithmicMedia"),
        ({"making": "composite"}, "compositeSynthetic"),
        ({"making": "generated"}, "trainedAlgorithmicMedia"),
    ],
)
def test_each_way_of_making_has_its_source_type(origin, facts, kind):
    uri = "http://cv.iptc.org/newscodes/digitalsourcetype/" + kind
    assert source_type(replace(origin, **facts)) == uri


def test_an_operators_key_file_signs(clip, origin, sealing, tmp_path):
    local_identity(tmp_path / "operator")
    chain, key = (tmp_path / "operator" / name for name in (identity.CHAIN, identity.KEY))
    settings = sealing(clip, origin, c2pa_certificate=chain, c2pa_key=key)
    assert not settings.data_dir.exists()
    assert (checked(clip, settings).state, checked(clip, settings).signed_here) == ("valid", False)


def test_a_callback_signs(clip, origin, sealing, tmp_path, monkeypatch):
    made = local_identity(tmp_path / "operator")
    monkeypatch.setattr(identity, "kms", made.sign, raising=False)
    settings = sealing(
        clip,
        origin,
        c2pa_certificate=tmp_path / "operator" / identity.CHAIN,
        c2pa_signer="kinora.provenance.identity:kms",
    )
    assert checked(clip, settings).state == "valid"


def test_a_callback_that_fails_or_lies_leaves_the_file_alone(
    clip, origin, sealing, tmp_path, monkeypatch
):
    def refuse(data: bytes) -> bytes:
        raise ConnectionError("the vault is sealed")

    local_identity(tmp_path / "operator")
    other = local_identity(tmp_path / "other")
    given = {
        "c2pa_certificate": tmp_path / "operator" / identity.CHAIN,
        "c2pa_signer": "kinora.provenance.identity:kms",
    }
    before = clip.read_bytes()
    monkeypatch.setattr(identity, "kms", refuse, raising=False)
    with pytest.raises(EngineError, match="the vault is sealed"):
        sealing(clip, origin, **given)
    monkeypatch.setattr(identity, "kms", other.sign)
    with pytest.raises(EngineError, match="could not be signed"):
        sealing(clip, origin, **given)
    assert clip.read_bytes() == before
    assert list(clip.parent.glob("*.signed")) == []


def test_a_full_disk_is_told_as_one(clip, origin, sealing, tmp_path, monkeypatch):
    local_identity(tmp_path / "operator")
    given = {
        "c2pa_certificate": tmp_path / "operator" / identity.CHAIN,
        "c2pa_signer": "kinora.provenance.identity:kms",
    }
    foreign = local_identity(tmp_path / "other").sign  # so that signing fails
    monkeypatch.setattr(identity, "kms", foreign, raising=False)
    full = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr("kinora.provenance.bindings.shutil.disk_usage", lambda folder: full)
    with pytest.raises(OutputError, match="the disk is full"):
        sealing(clip, origin, **given)
    assert list(clip.parent.glob("*.signed")) == []


def test_a_certificate_without_key_or_with_a_wrong_one_is_refused(clip, origin, sealing, tmp_path):
    local_identity(tmp_path / "operator")
    chain = tmp_path / "operator" / identity.CHAIN
    with pytest.raises(InputError, match="KINORA_C2PA_KEY"):
        sealing(clip, origin, c2pa_certificate=chain)
    with pytest.raises(InputError, match="no private key"):
        sealing(clip, origin, c2pa_certificate=chain, c2pa_key=chain)
    with pytest.raises(InputError, match="module:function"):
        callback_identity(chain, "nowhere:nothing", algorithm="ES256")


def test_a_time_stamp_authority_that_is_away(clip, origin, sealing):
    away = "http://127.0.0.1:9/tsa"
    with pytest.raises(EngineError):
        sealing(clip, origin, c2pa_timestamp_url=away, c2pa_timestamp_required=True)
    assert checked(clip, sealing(clip, origin, c2pa_timestamp_url=away)).state == "valid"


def test_the_key_is_private_and_kept(tmp_path):
    one, other = (local_identity(tmp_path / "identity") for _ in range(2))
    assert one.chain == other.chain
    assert (tmp_path / "identity" / identity.KEY).stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["identity"]


def test_an_old_certificate_is_renewed_and_its_root_stays_known(tmp_path, monkeypatch):
    old = local_identity(tmp_path / "identity")
    later = datetime.now(UTC) + timedelta(days=366 * 21)

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return later

    monkeypatch.setattr(identity, "datetime", Later)
    new = local_identity(tmp_path / "identity")
    assert new.chain != old.chain
    assert new.roots.startswith(old.roots)
    assert len(new.roots) > len(old.roots)


@pytest.mark.parametrize("kind", ["ES384", "PS256", "ED25519"])
def test_other_kinds_of_keys(tmp_path, kind):
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    key = {
        "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "PS256": lambda: rsa.generate_private_key(65537, 2048),
        "ED25519": ed25519.Ed25519PrivateKey.generate,
    }[kind]()
    path = tmp_path / "key.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    made = file_identity(path, path)
    assert made.algorithm == kind
    assert made.sign(b"data")


def test_a_source_that_cannot_be_described_is_left_out_and_that_is_told(
    clip, origin, sealing, tmp_path
):
    good, bad = tmp_path / "good.mp4", tmp_path / "bad.mp4"
    shutil.copy(clip, good)
    bad.write_bytes(good.read_bytes()[:100])
    joined = replace(origin, plan=None, parents=(good, bad))
    settings = Settings(data_dir=tmp_path / "data")
    finish = finish_of(settings, joined)
    finish(clip)
    found = checked(clip, settings)
    assert (found.state, found.ingredients) == ("valid", ("Source clip",))
    assert found.render["sources_left_out"] == ["clip-1"]
    (note,) = finish.notes("en")
    assert "a source clip can't be read" in note.text
    assert "un clip source" in finish.notes("fr")[0].text


def test_sources_that_can_be_described_leave_nothing_to_tell(clip, origin, tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    finish = finish_of(settings, replace(origin, photo=photo()))
    finish(clip)
    assert finish.notes("en") == []
    assert "sources_left_out" not in checked(clip, settings).render


def test_a_registry_that_cannot_be_written_is_told(clip, origin, tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    finish = finish_of(settings, origin)
    finish(clip)
    (settings.data_dir / registry.FILE).mkdir()
    finish.record(media_of(clip, origin))
    (note,) = finish.notes("en")
    assert "isn't in the installation's registry" in note.text
    (settings.data_dir / registry.FILE).rmdir()
    finish.record(media_of(clip, origin))
    assert finish.notes("en") == []


def finish_of(settings: Settings, origin: Origin) -> Finish:
    provenance = Provenance(settings=settings, software=Software(version="1", models={}))
    return provenance.finish(origin, provenance.sealed(origin))


def media_of(path: Path, origin: Origin) -> MediaFile:
    return MediaFile(
        path=path, mime=MP4, size=origin.size, fps=origin.fps, frame_count=origin.frame_count,
        bytes=1, sha256="0" * 64,
    )  # fmt: skip


def test_pictures_of_a_clip_are_signed_with_it_as_their_source(clip, origin, sealing, tmp_path):
    settings = sealing(clip, origin)
    picture = tmp_path / "thumbnail.webp"
    Image.new("RGB", (64, 36), "red").save(picture)
    provenance = Provenance(settings=settings, software=Software(version="1.2.3", models={}))
    provenance.seal_picture(picture, mime="image/webp", what="thumbnail", clip=clip)
    found = check_manifest(picture, mime="image/webp", settings=settings)
    assert (found.state, found.ingredients, found.manifests) == ("valid", ("Source clip",), 2)
    with Image.open(picture) as image:
        assert image.size == (64, 36)


def test_what_is_switched_off_is_told(origin, tmp_path):
    settings = Settings(data_dir=tmp_path, c2pa=False)
    (note,) = finish_of(settings, origin).notes("en")
    assert "signed manifest" in note.text


def test_where_no_key_can_be_kept_that_is_told(clip, origin, tmp_path):
    (tmp_path / "data").write_text("in the way")
    settings = Settings(data_dir=tmp_path / "data")
    finish = finish_of(settings, origin)
    finish(clip)
    assert checked(clip, settings).state == "valid"
    assert "isn't kept" in finish.notes("en")[0].text
