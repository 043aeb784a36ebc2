"""How fast is scoring, and how much memory does it take, beside other tools on the same articles?

``python -m benchmarks.speed`` measures everything side by side in one run on real articles, pinned
to one core: of several rounds in which the ways take turns the least time counts. What is reported
are ratios, so that a busy or a slow machine changes little. Each line is printed when it is known;
``--only`` chooses sections. ``tables`` writes a figure beside its table.

Full scoring is tokens, voice with speakers, 3,000 terms, classifier and tables. A peer is given
whole articles, and its time holds what its user has to do as well (VADER and the sentence
classifier need sentences). The floor is what no tool can do without: reading, one regular
expression over the words with their offsets, one Aho-Corasick pass for the terms. Peers come with
the extra ``bench``; those that are missing are skipped with a message.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

# One core: what a library does on others would be counted as speed.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import framing
from benchmarks._data import allsides_articles
from benchmarks._peers import (
    EMPATH,
    FLOOR,
    FULL,
    OURS,
    READ_FULL,
    READ_WITHOUT,
    SENTENCES,
    VADER,
    WAYS,
    WITHOUT,
    Task,
    Work,
    records,
)
from benchmarks.matching import draw
from framing.lexicon import Lexicon, resolve_lexicons
from framing.tokens import tokenize

TERMS = 3000
# Every so many-th article of the 29,328: all outlets and years.
EVERY = 58
MISSING = 'skipped: {name} needs {package}; pip install "framing-analysis[bench]"'
ALONE = "skipped: two processes need two processors, and this machine gives one"

Times = dict[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of the sections that were asked for."""
    sections: dict[str, Callable[[argparse.Namespace], None]] = {
        "tables": tables,
        "cold": cold,
        "single": single,
        "lengths": lengths,
        "terms": terms,
        "memory": memory,
        "start": start,
        "processes": processes,
    }
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=list(sections), default=list(sections))
    parser.add_argument("--articles", type=int, default=500, help="of the warm batch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cold", type=int, default=2000, help="articles of the cold run")
    parser.add_argument("--many", type=int, default=10_000, help="articles for two processes")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of terms")
    parser.add_argument("--figure", type=Path, default=Path("speed.svg"))
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        child(*options.child, seed=options.seed)
        return
    for name in options.only:
        # Workers of two processes may use both cores; all else has one.
        with nullcontext() if name == "processes" else one_core():
            print(f"\n== {name}", flush=True)
            sections[name](options)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process, and those it starts, on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


# ------------------------------------------------------------------------------------- helpers


def sample(number: int, *, every: int = EVERY) -> list[str]:
    """Read the texts of so many real articles."""
    return [article["text"] for article in allsides_articles(number, every=every)]


def write_articles(texts: Sequence[str], path: Path) -> None:
    """Write texts as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records(texts))


def some_terms(seed: int) -> tuple[Lexicon, ...]:
    """Draw the terms of full scoring from the bundled lexicons."""
    return tuple(draw(resolve_lexicons(None), TERMS, seed))


def made_ready(task: Task, names: Sequence[str]) -> dict[str, Work]:
    """Make each way ready, and say which cannot be."""
    ready: dict[str, Work] = {}
    for name in names:
        try:
            ready[name] = WAYS[name](task)
        except ModuleNotFoundError as error:
            print(MISSING.format(name=name, package=error.name), flush=True)
    return ready


def timed(ways: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Take turns; the least seconds of each."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            begin = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - begin)
    return best


def say(what: str, value: float, reach: str) -> None:
    """Print a ratio beside what was set out to be reached."""
    print(f"{what}: {value:.2f} (to reach: {reach})", flush=True)


def against(times: Times, ours: str, peer: str, reach: str) -> None:
    """Print how many times as fast as a peer we are, where the peer was measured."""
    if peer in times:
        say(f"{ours}, against {peer}: times its speed", times[peer] / times[ours], reach)


def in_child(*arguments: object) -> Any:
    """Run a step in a process of its own and read what it prints."""
    words = [sys.executable, "-m", "benchmarks.speed", *map(str, arguments)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def child(step: str, name: str, articles: str, *, seed: int) -> None:
    """Do one step in this process, and print its seconds and the highest resident memory."""
    path = Path(articles)
    with path.open(encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    if step == "files":
        begin = time.perf_counter()
        framing.score_files(path, path.with_suffix(".scores"), n_jobs=int(name))
        seconds = time.perf_counter() - begin
    else:
        # A cold run loads the bundled lexicons, all of them, as a user's first call does.
        lexicons = None if step == "cold" else some_terms(seed)
        if step == "cold":
            import_all()
        begin = time.perf_counter()
        way = WAYS[name](Task(lexicons, path))
        if step == "peak":
            begin = time.perf_counter()
        way(texts)
        seconds = time.perf_counter() - begin
    print(json.dumps([seconds, peak_megabytes()]))


def import_all() -> None:
    """Import what cold runs would import when it is first needed; nothing is loaded."""
    import nltk.tokenize.punkt  # noqa: F401

    for name in framing.__all__:
        getattr(framing, name)
    with suppress(ModuleNotFoundError):
        import vaderSentiment.vaderSentiment  # noqa: F401


def peak_megabytes() -> float:
    """Return the highest resident memory of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count the process that started this one as well.
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


# ------------------------------------------------------------------------------------ sections


def tables(options: argparse.Namespace) -> None:
    """Measure every way on one warm batch, with the memory of each."""
    texts = sample(options.articles)
    megabytes = sum(len(t.encode("utf-8", "surrogatepass")) for t in texts) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "articles.jsonl")
        write_articles(texts, path)
        task = Task(some_terms(options.seed), path)
        print(
            f"{len(texts):,} articles, {megabytes:.1f} MB, "
            f"{sum(len(x) for x in task.lexicons):,} terms; best of {options.rounds}"
        )
        ready = made_ready(task, list(WAYS))
        for way in ready.values():
            way(texts[:20])
        ways = {name: lambda way=way: way(texts) for name, way in ready.items()}
        times = timed(ways, options.rounds)
        print(f"{'':34} {'seconds':>8} {'MB/s':>7} {'art./s':>8} {'ours is':>8} {'peak MB':>8}")
        for name, seconds in times.items():
            _, peak = in_child("--child", "peak", name, path, "--seed", options.seed)
            print(
                f"{name:34} {seconds:>8.3f} {megabytes / seconds:>7.2f} "
                f"{len(texts) / seconds:>8,.0f} {seconds / times[FULL]:>7.2f}x {peak:>8.0f}",
                flush=True,
            )
    against(times, FULL, VADER, "3 times")
    against(times, FULL, SENTENCES, "6 times")
    if FLOOR in times:
        say(f"{READ_FULL}: times the floor", times[READ_FULL] / times[FLOOR], "at most 3.2")
        say(f"{READ_WITHOUT}: times the floor", times[READ_WITHOUT] / times[FLOOR], "at most 1.75")
    draw_figure({name: megabytes / seconds for name, seconds in times.items()}, options.figure)


def draw_figure(speeds: Mapping[str, float], path: Path) -> None:
    """Draw MB/s of every way, ours in another colour."""
    from matplotlib.figure import Figure

    names = sorted(speeds, key=lambda name: speeds[name])
    figure = Figure(figsize=(8, 0.4 * len(names) + 1), layout="constrained")
    axes = figure.subplots()
    colours = ["#b2182b" if name in OURS else "#9a9a9a" for name in names]
    bars = axes.barh(names, [speeds[name] for name in names], color=colours)
    axes.bar_label(bars, fmt="{:.1f}", padding=3)
    axes.set_xscale("log")
    axes.margins(x=0.1)
    axes.set_xlabel("MB of text a second, one core (logarithmic); framing in red")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)
    print(f"figure: {path}")


def cold(options: argparse.Namespace) -> None:
    """Measure a first call in a new process, loading of models included, imports not."""
    texts = sample(options.cold, every=14)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "articles.jsonl")
        write_articles(texts, path)
        best = dict.fromkeys((FULL, VADER), float("inf"))
        for _ in range(max(options.rounds - 1, 1)):
            for name in best:
                seconds, _ = in_child("--child", "cold", name, path, "--seed", options.seed)
                best[name] = min(best[name], seconds)
    for name, seconds in best.items():
        print(f"{name}: {len(texts):,} articles, cold: {seconds:.2f} s")
    against(best, f"{FULL}", VADER, "1.5 times")


def single(options: argparse.Namespace) -> None:
    """Measure one article a call, warm."""
    texts = sample(60, every=480)
    ready = made_ready(Task(some_terms(options.seed), Path()), (FULL, WITHOUT, VADER))
    for way in ready.values():
        way(texts[:1])
    calls = {n: lambda way=way: [way([text]) for text in texts] for n, way in ready.items()}
    times = timed(calls, options.rounds)
    for name, seconds in times.items():
        print(f"{name}: {seconds / len(texts) * 1000:.2f} ms a call")
    against(times, FULL, VADER, "1.5 times")


def lengths(options: argparse.Namespace) -> None:
    """Measure short articles and long texts beside Empath, and a text 64 times as long."""
    task = Task(some_terms(options.seed), Path())
    words = " ".join(sample(300, every=90)).split()
    short = [" ".join(words[i : i + 500]) for i in range(0, 100_000, 500)]
    texts = sample(400, every=70)
    long, held = [], ""
    for text in texts:
        held += text + "\n\n"
        if len(held) >= 200_000:
            long.append(held[:200_000])
            held = ""
    for what, chosen, reach in (
        (f"{len(short)} articles of 500 words", short, "20 times"),
        (f"{len(long)} texts of 200 kB", long, "1 time"),
    ):
        ready = made_ready(task, (WITHOUT, EMPATH))
        ways = {name: lambda way=way, t=chosen: way(t) for name, way in ready.items()}
        print(f"{what}:")
        against(timed(ways, options.rounds), WITHOUT, EMPATH, reach)
    one = sorted(texts, key=len)[len(texts) // 2]
    many = "\n\n".join([one] * 64)
    way = WAYS[FULL](task)
    times = timed({"one": lambda: way([one]), "many": lambda: way([many])}, max(options.rounds, 5))
    say("a text of 64 articles, against one: times", times["many"] / times["one"], "at most 70")


def terms(options: argparse.Namespace) -> None:
    """Measure full scoring with 300 and with 30,000 terms, drawn from words of other articles."""
    texts = sample(options.articles)
    names = vocabulary(sample(12_000, every=2), 30_000, options.seed)
    ways: dict[str, Callable[[], object]] = {}
    for number in (300, 30_000):
        lexicon = Lexicon.from_terms(names[:number])
        way = WAYS[FULL](Task((lexicon,), Path()))
        way(texts[:20])
        ways[f"{number:,} terms"] = lambda way=way: way(texts)
        hits = len(framing.score(records(texts), lexicons=[lexicon], classifier=None).hits)
        print(f"{number:,} terms, of one word or two: {hits:,} hits")
    few, many = timed(ways, options.rounds).values()
    say("30,000 terms, against 300: times the time", many / few, "at most 2")


def vocabulary(texts: Sequence[str], number: int, seed: int) -> list[str]:
    """Draw words and pairs of words that stand in texts, half of each, in an order of chance."""
    tokens = tokenize(texts)
    rng = np.random.default_rng(seed)
    plain = np.array([t.isascii() and t.isalpha() for t in tokens.types])
    words = rng.permutation(np.flatnonzero(plain))[: number // 2]
    is_plain = plain[tokens.type]
    first = np.flatnonzero(is_plain[:-1] & is_plain[1:])
    pairs = np.unique(np.stack([tokens.type[first], tokens.type[first + 1]]), axis=1)
    chosen = rng.permutation(pairs.shape[1])[: number - len(words)]
    names = [tokens.types[w] for w in words]
    names += [f"{tokens.types[a]} {tokens.types[b]}" for a, b in pairs[:, chosen].T]
    return [names[i] for i in rng.permutation(len(names))]


def memory(options: argparse.Namespace) -> None:
    """Measure memory in flight for an article of a batch, and of a process as a corpus grows."""
    texts = sample(1000, every=29)
    lexicons = some_terms(options.seed)
    way = WAYS[FULL](Task(lexicons, Path()))
    way(texts[:20])
    for number in (250, 500, 1000):
        given = texts[:number]
        tracemalloc.start()
        way(given)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        say(f"{number:,} articles: MB in flight an article", peak / 1e6 / number, "0.2")
    with tempfile.TemporaryDirectory() as folder:
        for number in (1000, 4000):
            path = Path(folder, f"{number}.jsonl")
            write_articles(sample(number, every=7), path)
            _, peak = in_child("--child", "files", 1, path)
            say(f"score_files of {number:,} articles: peak MB", peak, "at most 600")


def start(options: argparse.Namespace) -> None:
    """Measure what importing costs beyond pandas, and the command's help."""
    commands = {
        "pandas": "import pandas",
        "framing": "import pandas, framing",
        "help": "from framing.cli import main; main(['--help'], standalone_mode=False)",
    }

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    ways = {name: lambda code=code: run(code) for name, code in commands.items()}
    times = timed(ways, max(options.rounds, 5))
    beyond = times["framing"] - times["pandas"]
    print(f"import pandas: {times['pandas']:.2f} s")
    say("import framing beyond pandas: seconds", max(beyond, 0.0), "at most 0.15")
    say("framing --help: seconds", times["help"], "at most 0.4")


def processes(options: argparse.Namespace) -> None:
    """Measure two processes against one, from files to a folder of scores."""
    if (os.cpu_count() or 1) < 2:
        print(ALONE)
        return
    texts = sample(options.many, every=1)
    times: Times = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in (1, 2):
            path = Path(folder, f"{number}.jsonl")
            write_articles(texts, path)
            before = os.getloadavg()[0]
            times[str(number)], _ = in_child("--child", "files", number, path)
            print(
                f"{number} of processes: {len(texts):,} articles in {times[str(number)]:.1f} s "
                f"(load of the machine before: {before:.1f})",
                flush=True,
            )
    say("two processes against one: times the speed", times["1"] / times["2"], "1.7")


if __name__ == "__main__":
    main()
