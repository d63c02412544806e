"""The arithmetic of the text classifier: words → how sure it is, and of what.

A convolutional network over words (after Y. Kim, *Convolutional Neural Networks for Sentence
Classification*, EMNLP 2014), whose words are means of hashed pieces (P. Bojanowski et al.,
*Enriching Word Vectors with Subword Information*, TACL 2017), and beside it a linear model of the
same pieces, of pairs of words and of the groups of words that the rules know. ``training/policy``
makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.policy.grams import pairs, pieces

F32 = NDArray[np.float32]
U32 = NDArray[np.uint32]

_WIDTHS: Final = (1, 2, 3)  # words that a filter sees


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Weights; D numbers a word, C filters of each width, H numbers a text, K categories."""

    table: F32  # (R, D): of hashed pieces; R is a power of two
    filters: tuple[F32, ...]  # of each width n: (n · D, C)
    biases: tuple[F32, ...]  # (C,) each
    dense: F32  # (6 · C, H)
    dense_bias: F32  # (H,)
    hidden: F32  # (H, 1 + K): of being refused, then of each category among what is
    grams: F32  # (G,): of hashed pieces and pairs; G is a power of two
    groups: Mapping[str, F32]  # a group of the rules → (1 + K,)
    bias: F32  # (1 + K,)

    def judge(self, words: Sequence[str], groups: Sequence[str]) -> F32:
        """(1 + K,) logits of a window of words: to be refused, and of each category.

        Args:
            words: at least one.
            groups: those of the rules' groups that occur in it.
        """
        found = [np.array(pieces(word), np.uint32) for word in words]
        total = self.bias + self.read(found) @ self.hidden
        total[0] += self._weigh(found, words)
        for group in groups:
            if group in self.groups:
                total += self.groups[group]
        return total

    def read(self, found: Sequence[U32]) -> F32:
        """(H,) what the network makes of the pieces of each word."""
        starts = np.cumsum([0, *map(len, found[:-1])])
        rows = np.concatenate(found) & np.uint32(len(self.table) - 1)
        counts = np.array([len(each) for each in found], np.float32)[:, None]
        words = np.add.reduceat(self.table[rows], starts, axis=0) / counts
        pooled = []
        for width, filters, bias in zip(_WIDTHS, self.filters, self.biases, strict=True):
            padded = np.pad(words, ((width - 1, width - 1), (0, 0)))
            places = len(words) + width - 1
            seen = np.concatenate([padded[k : k + places] for k in range(width)], axis=1)
            answers = np.maximum(seen @ filters + bias, 0)
            pooled += [answers.sum(axis=0) / len(words), answers.max(axis=0)]
        answers = np.concatenate(pooled) @ self.dense + self.dense_bias
        return np.asarray(np.maximum(answers, 0), np.float32)

    def _weigh(self, found: Sequence[U32], words: Sequence[str]) -> float:
        """The linear model's part: each hash counts once, all of them one unit of length."""
        hashes = np.unique(np.concatenate([*found, np.array(pairs(words), np.uint32)]))
        rows = np.unique(hashes & np.uint32(len(self.grams) - 1))
        return float(self.grams[rows].sum() / np.sqrt(len(rows)))
