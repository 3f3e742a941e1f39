"""Random scenes: the frames of an estate with nodes and links thrown in."""

from __future__ import annotations

from hypothesis import strategies as st

from archgen.pictures.scene import Frame, Link, Node, Scene

ICON = "aws/analytics/kinesis-data-streams.png"
_WORDS = ("events", "request", "capture", "customer features", "objects", "")
_PRODUCTS = ("Amazon S3", "Managed Service for Apache Flink", "A product of which nobody ever shortened the name")


def estate(groups: int) -> tuple[Frame, ...]:
    """Two zones outside, an account, a network and a trust boundary in it, and some groups spread over them."""
    frames = [
        Frame(id="sources", title="Systems that data comes from", kind="external"),
        Frame(id="consumers", title="Systems that get the answers", kind="external"),
        Frame(id="account", title="Account", kind="account"),
        Frame(id="network", title="Private network · 3 zones", kind="network", parent="account"),
        Frame(id="trust", title="Cardholder data environment", kind="trust", parent="network"),
    ]
    parents = ("account", "network", "trust")
    return (
        *frames,
        *(Frame(id=f"group-{n}", title=f"Stage {n}", kind="group", parent=parents[n % 3]) for n in range(groups)),
    )


@st.composite
def scenes(draw: st.DrawFn, most: int = 60) -> Scene:
    """A scene of up to `most` nodes, and at most four links for three of them."""
    frames = estate(draw(st.integers(0, 8)))
    homes = st.sampled_from([frame.id for frame in frames] + [None])
    count = draw(st.integers(1, most))
    nodes = tuple(
        Node(
            id=f"part-{n}",
            title=draw(st.sampled_from((f"Part {n}", f"Part {n} with a longer name"))),
            lines=tuple(draw(st.lists(st.sampled_from(_PRODUCTS), max_size=2))),
            icon=draw(st.sampled_from((ICON, None))),
            tile="PN",
            frame=draw(homes),
            badges=draw(st.sampled_from(((), ("pan",)))),
        )
        for n in range(count)
    )
    chance = draw(st.randoms(use_true_random=False))
    wanted = draw(st.integers(0, count * 4 // 3))
    pairs = dict.fromkeys((chance.randrange(count), chance.randrange(count)) for _ in range(wanted))
    links = tuple(
        Link(
            id=f"part-{a}-to-part-{b}",
            source=f"part-{a}",
            target=f"part-{b}",
            kind=draw(st.sampled_from(("request", "stream", "batch", "control"))),
            label=draw(st.sampled_from(_WORDS)),
            step=number,
        )
        for number, (a, b) in enumerate(((a, b) for a, b in pairs if a != b), start=1)
    )
    return Scene(view="random", title="Random", question="Does it hold?", frames=frames, nodes=nodes, links=links)
