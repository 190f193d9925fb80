"""References that nothing wanted needs are left out, and what is published is the same to the last bit."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.extractor.decoding import decode, packets
from services.extractor.decoding.content import FileView
from services.extractor.decoding.decode import sample
from services.extractor.decoding.h264.references import tracker
from services.extractor.decoding.outcomes import Outcome, Shown
from services.extractor.decoding.sampling import Clock, Decode, plan
from services.extractor.decoding.source import open_video, packets_from
from services.extractor.media import Limits, Span

FRAMES, SIDE = 150, 96

encoders = st.fixed_dictionaries(
    {
        "g": st.sampled_from(["20", "50", "250"]),
        "bf": st.integers(0, 6).map(str),
        "refs": st.integers(1, 6).map(str),
        "b-pyramid": st.sampled_from(["none", "strict", "normal"]),
        "b_strategy": st.sampled_from(["0", "1", "2"]),
        "weightp": st.sampled_from(["0", "1", "2"]),
        "direct-pred": st.sampled_from(["spatial", "temporal", "auto"]),
        "slices": st.sampled_from(["1", "3"]),
        "x264-params": st.sampled_from(
            ["open-gop=0", "open-gop=1", "intra-refresh=1", "interlaced=1", "cabac=0"]
        ),
    }
)


@cache
def scenery() -> list[np.ndarray]:
    """Shapes that move over a texture, with cuts and fades: frames worth referring to."""
    random = np.random.default_rng(7)
    texture = random.integers(0, 255, (2 * SIDE, 2 * SIDE, 3), np.uint8)
    pictures = []
    for number in range(FRAMES):
        shift = (3 * number) % SIDE if number < 70 else (number * 5 + 11) % SIDE
        image = texture[shift : shift + SIDE, number % SIDE : number % SIDE + SIDE].copy()
        image[20:50, (7 * number) % 60 : (7 * number) % 60 + 30] = random.integers(0, 255, 3)
        pictures.append((image * (0.3 + 0.7 * abs(np.cos(number / 9)))).astype(np.uint8))
    return pictures


def film(path: Path, options: dict[str, str], codec: str = "libx264") -> Path:
    with av.open(str(path), "w") as out:
        stream = cast(VideoStream, out.add_stream(codec, rate=25, options={"preset": "veryfast", **options}))
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "yuv420p"
        for number, image in enumerate(scenery()):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def timed_by_decoding(path: Path) -> Path:
    """The same film, with the times at which its packets are decoded, as OpenCV writes them."""
    other = path.with_name("decoding_times.mp4")
    with av.open(str(path)) as container, av.open(str(other), "w") as out:
        stream = out.add_stream_from_template(container.streams.video[0])
        packets = [packet for packet in container.demux(video=0) if packet.size]
        shift = cast(int, packets[0].dts)
        for packet in packets:
            packet.pts = packet.dts = cast(int, packet.dts) - shift
            packet.stream = stream
            out.mux(packet)
    return other


def fingerprint(frame: av.VideoFrame) -> bytes:
    return sha256(frame.to_ndarray().tobytes()).digest()


def all_frames(path: Path) -> dict[int, bytes]:
    with av.open(str(path)) as container:
        return {cast(int, frame.pts): fingerprint(frame) for frame in container.decode(video=0)}


def sampled(path: Path, interval: Fraction, first: int = 0) -> dict[int, bytes]:
    def finish(outcome: Outcome) -> tuple[int, bytes] | None:
        return (outcome.pts, fingerprint(outcome.frame)) if isinstance(outcome, Shown) else None

    with path.open("rb", buffering=0) as file:
        video = open_video(FileView.of(file), Limits())
        clock = Clock(video.start, video.time_base, interval)
        span = Span(first, int(Fraction(FRAMES, 25) / interval))
        return dict(item.made for item in sample(video, clock, span, finish) if item.made)


def decoded_packets(path: Path, interval: Fraction) -> int:
    with path.open("rb", buffering=0) as file:
        video = open_video(FileView.of(file), Limits())
        clock = Clock(video.start, video.time_base, interval)
        steps = plan(packets_from(video, video.start), clock, Span(0, int(Fraction(FRAMES, 25) / interval)))
        return sum(isinstance(step, Decode) for step in steps)


few_of_many = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
any_sampling_of_any_film = given(
    options=encoders, interval=st.fractions(Fraction(1, 8), 2, max_denominator=12), first=st.integers(0, 3)
)


@few_of_many
@any_sampling_of_any_film
def test_what_is_published_is_the_same_to_the_last_bit(
    tmp_path: Path, options: dict[str, str], interval: Fraction, first: int
) -> None:
    path = film(tmp_path / "film.mp4", options)
    true = all_frames(path)
    found = sampled(path, interval, first)
    assert found
    assert found == {pts: true[pts] for pts in found}


@few_of_many
@any_sampling_of_any_film
def test_it_is_the_same_where_the_file_gives_only_decoding_times(
    tmp_path: Path, options: dict[str, str], interval: Fraction, first: int
) -> None:
    path = film(tmp_path / "film.mp4", options)
    true = sampled(path, interval, first)
    found = sampled(timed_by_decoding(path), interval, first)
    assert [*found.values()] == [*true.values()]


def test_references_that_nothing_needs_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "film.mp4", {"g": "50", "bf": "3", "b_strategy": "0"})
    few = decoded_packets(path, Fraction(1))
    monkeypatch.setattr(packets, "tracker", lambda record: None)
    assert few < 0.5 * decoded_packets(path, Fraction(1))


def test_the_order_of_pictures_is_read_off_their_headers_where_the_file_does_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = timed_by_decoding(film(tmp_path / "film.mp4", {"g": "50", "bf": "3", "b_strategy": "0"}))
    monkeypatch.setattr(decode, "sample_in_order", lambda *_: pytest.fail("everything was decoded"))
    assert len(sampled(path, Fraction(1))) == FRAMES // 25


@pytest.mark.parametrize("codec", ["mpeg4", "libx265"])
def test_other_codecs_are_not_followed(tmp_path: Path, codec: str) -> None:
    path = film(tmp_path / "film.mp4", {"x265-params": "log-level=none"}, codec)
    with av.open(str(path)) as container:
        assert tracker(container.streams.video[0].codec_context.extradata) is None


@cache
def coded_film(folder: Path) -> tuple[bytes, list[bytes]]:
    path = film(folder / "film.mp4", {"g": "50", "bf": "3", "refs": "3"})
    with av.open(str(path)) as container:
        record = container.streams.video[0].codec_context.extradata
        return record or b"", [bytes(packet) for packet in container.demux(video=0) if packet.size]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_headers_are_not_followed_and_do_no_harm(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    record, coded = coded_film(tmp_path_factory.getbasetemp())
    bad_record = data.draw(st.one_of(st.just(record), st.binary(max_size=64), mutations(record)))
    following = tracker(bad_record)
    for number, packet in enumerate(coded[:20] if following else []):
        bad = data.draw(st.one_of(st.just(packet), mutations(packet[:80])))
        assert following is not None
        picture = following.picture(memoryview(bad), key=number == 0)
        assert picture is None or picture.number == number


def mutations(data: bytes) -> st.SearchStrategy[bytes]:
    """The data cut short, or with a byte changed."""

    def changed(at: int, value: int) -> bytes:
        return data[:at] + bytes([value]) + data[at + 1 :]

    places = st.integers(0, len(data) - 1)
    return st.one_of(places.map(lambda at: data[:at]), st.builds(changed, places, st.integers(0, 255)))
