"""Teach a small network what a sentence encoder makes of sentences.

``python -m training.policy.student --corpus corpus.npz --to student.npz --minutes 5`` on a GPU; the
same on a CPU takes an hour or so. What it learns is used as `training.policy.fit` finds it: the
hidden layer, without the last one.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor, nn

from training.policy.corpus import KEPT, ROWS

_WORD: Final = 32  # numbers a word
_FILTERS: Final = 96  # of each width
_WIDTHS: Final = (1, 2, 3)
_HIDDEN: Final = 256
_BATCH: Final = 512
_PEAK: Final = 3e-3  # of the learning rate, after a rise over 300 steps, then down to nothing


class Student(nn.Module):
    """The network of `kinora.policy.network`, and a last layer that is thrown away."""

    def __init__(self, rows: Tensor) -> None:
        """Args:
        rows: (words + 1, pieces) the rows + 1 of each word's pieces; 0: none.
        """
        super().__init__()
        self.register_buffer("rows", rows)
        self.table = nn.Embedding(ROWS + 1, _WORD, padding_idx=0)
        nn.init.normal_(self.table.weight, 0, 0.3)
        with torch.no_grad():
            self.table.weight[0] = 0
        self.filters = nn.ModuleList(
            [nn.Conv1d(_WORD, _FILTERS, width, padding=width - 1) for width in _WIDTHS]
        )
        self.dense = nn.Linear(2 * len(_WIDTHS) * _FILTERS, _HIDDEN)
        self.last = nn.Linear(_HIDDEN, KEPT)

    def forward(self, ids: Tensor) -> Tensor:
        """(N, places) numbers of words → (N, `KEPT`)."""
        distinct, places = torch.unique(ids, return_inverse=True)
        rows = self.rows[distinct]
        words = self.table(rows).sum(1) / (rows > 0).sum(1, keepdim=True).clamp(min=1)
        read = functional.dropout(words[places].transpose(1, 2), 0.05, self.training)
        lengths = (ids > 0).sum(1, keepdim=True).clamp(min=1)
        pooled = []
        for width, layer in zip(_WIDTHS, self.filters, strict=True):
            answers = functional.relu(layer(read))
            within = torch.arange(answers.shape[2], device=ids.device) < lengths + width - 1
            answers = answers * within[:, None, :]
            pooled += [answers.sum(2) / lengths, answers.max(2).values]
        return self.last(functional.relu(self.dense(torch.cat(pooled, 1))))

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """As `training.policy.fit` reads it."""
        kept = {
            "table": self.table.weight[1:],
            "dense": self.dense.weight.T,
            "dense_bias": self.dense.bias,
        }
        for width, layer in zip(_WIDTHS, self.filters, strict=True):
            kept[f"filters_{width}"] = layer.weight.permute(2, 1, 0).reshape(-1, _FILTERS)
            kept[f"biases_{width}"] = layer.bias
        return {name: tensor.detach().cpu().float().numpy() for name, tensor in kept.items()}


def train(student: Student, ids: Tensor, wanted: Tensor, *, minutes: float) -> None:
    """Go through the sentences until the time is over; the schedule is cut to it."""
    optimiser = torch.optim.AdamW(student.parameters(), lr=_PEAK, weight_decay=1e-4)
    chance = torch.Generator().manual_seed(1)
    started, step, spent = time.monotonic(), 0, 0.0
    while spent < 1:
        order = torch.randperm(len(ids), generator=chance)
        for start in range(0, len(order) - _BATCH, _BATCH):
            spent = (time.monotonic() - started) / 60 / minutes
            if spent >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = _PEAK * min(1, step / 300) * (1 - spent) + 1e-6
            some = order[start : start + _BATCH].to(ids.device)
            given, right = student(ids[some]), wanted[some]
            loss = functional.mse_loss(given, right)
            loss = loss + (1 - functional.cosine_similarity(given, right)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            if step % 1000 == 0:
                print(f"{step} steps, {spent:.0%}, loss {loss.item():.3f}", flush=True)


def main() -> None:
    """Train and write the student."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="of training.policy.corpus")
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5.0)
    given = parser.parse_args()
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with np.load(given.corpus) as corpus:
        ids = torch.from_numpy(corpus["ids"].astype(np.int64)).to(device)
        rows = torch.from_numpy(corpus["rows"].astype(np.int64))
        wanted = torch.from_numpy(corpus["wanted"].astype(np.float32)).to(device)
    student = Student(rows).to(device)
    train(student, ids, wanted, minutes=given.minutes)
    np.savez(given.to, **student.arrays())


if __name__ == "__main__":
    main()
