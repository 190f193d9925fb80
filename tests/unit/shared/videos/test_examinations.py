"""Examinations: of one upload each detector's newest counts, wherever the others stand in the list."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.config.options import Options
from shared.messaging.messages import Source
from shared.videos.examinations import current
from shared.videos.ledger import State, Video


def examination(number: int, version: str, detectors: frozenset[str], state: State) -> Video:
    source = Source(bucket="videos", key="in/cup.mp4", version=version)
    options = Options(detectors=tuple(sorted(detectors)))
    return Video(f"cup-{number}", source, options, state, created_at=1000.0 + number, deadline_at=8200.0)


facts = st.tuples(
    st.sampled_from(["first upload", "second upload"]),
    st.frozensets(st.sampled_from(["logos", "words", "safety"]), min_size=1),
    st.sampled_from([State.COMPLETED, State.COMPLETED_WITH_ERRORS, State.FAILED, State.DETECTING]),
)
videos = st.lists(facts, max_size=8).map(
    lambda made: [examination(number, *each) for number, each in enumerate(made)]
)


@given(videos)
def test_each_detector_counts_once_for_each_upload_by_its_newest(made: list[Video]) -> None:
    finished = [video for video in made if video.state in (State.COMPLETED, State.COMPLETED_WITH_ERRORS)]
    wanted = {(video.source.version, name): video for video in finished for name in video.options.detectors}
    counted = {(video_id, name) for video_id, each in current(made).items() for name in each.detectors}
    assert counted == {(video.video_id, name) for (_, name), video in wanted.items()}
    assert current(made[::-1]) == current(made)


@given(videos)
def test_it_counts_as_of_when_the_upload_was_first_submitted(made: list[Video]) -> None:
    for video_id, counted in current(made).items():
        [version] = [video.source.version for video in made if video.video_id == video_id]
        same = [video for video in made if video.source.version == version]
        finished = [video for video in same if video.state in (State.COMPLETED, State.COMPLETED_WITH_ERRORS)]
        assert counted.since == min(video.created_at for video in finished)


def test_another_bucket_or_key_is_another_upload() -> None:
    one = examination(0, "1", frozenset({"logos"}), State.COMPLETED)
    others = [
        replace(one, video_id=f"other-{field}", source=one.source.model_copy(update={field: "other"}))
        for field in ("bucket", "key")
    ]
    assert len(current([one, *others])) == 3
