"""A network of one hidden layer for many labels at once, by AdamW; the same answer every time."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.reading.local.network import Floats, Network

#: Found by cross-validation on whole replies; one network does as well as three averaged.
HIDDEN = 256
EPOCHS = 14
_BATCH = 128
_STEP = 1e-3
_FIRST_MOMENT, _SECOND_MOMENT = 0.9, 0.999
#: Shares of the inputs and of the hidden units that each step leaves out.
_INPUTS_OUT, _HIDDEN_OUT = 0.1, 0.5
#: Decoupled weight decay; the straight way from input to label is held shorter than the one through the layer.
_DECAY, _DECAY_STRAIGHT = 0.01, 0.05


def fit_network(inputs: Floats, targets: Floats, weights: Floats, *, hidden: int = HIDDEN) -> Network:
    """The network that says `targets` (zeros and ones, a column a label) of `inputs` (a row a clause).

    `weights` counts each target (0 leaves it out). Seeded, so that the same rows give the same network.
    """
    chance = np.random.default_rng(0)
    network = _start(chance, inputs.shape[1], hidden, targets, weights)
    adam = _Adam(network)
    batches = max(1, len(inputs) // _BATCH)
    for epoch in range(EPOCHS):
        order = chance.permutation(len(inputs))
        for batch in range(batches):
            rows = order[batch * _BATCH : (batch + 1) * _BATCH]
            done = (epoch * batches + batch) / (EPOCHS * batches)
            slopes = _slopes(network, inputs[rows], targets[rows], weights[rows], chance)
            adam.step(slopes, _STEP * (1 - 0.98 * done))
    return network


def _start(chance: np.random.Generator, columns: int, hidden: int, targets: Floats, weights: Floats) -> Network:
    labels = targets.shape[1]
    share = np.clip((targets * weights).sum(axis=0) / np.maximum(weights.sum(axis=0), 1), 1e-3, 1 - 1e-3)
    return Network(
        chance.normal(0, (2 / columns) ** 0.5, (columns, hidden)).astype(np.float32),
        np.zeros(hidden, np.float32),
        chance.normal(0, 0.01, (hidden, labels)).astype(np.float32),
        np.zeros((columns, labels), np.float32),
        np.log(share / (1 - share)).astype(np.float32),
    )


def _slopes(
    network: Network, inputs: Floats, targets: Floats, weights: Floats, chance: np.random.Generator
) -> tuple[Floats, ...]:
    """How the log loss of one batch grows with each weight, with some inputs and hidden units left out."""
    seen = inputs * _kept(chance, inputs.shape, _INPUTS_OUT)
    before = seen @ network.hidden + network.hidden_bias
    kept = _kept(chance, before.shape, _HIDDEN_OUT)
    layer = np.maximum(before, 0) * kept
    logits = layer @ network.out + seen @ network.straight + network.bias
    said = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    error = np.asarray((said - targets) * weights / np.float32(len(inputs)), dtype=np.float32)
    back = np.asarray((error @ network.out.T) * kept * (before > 0), dtype=np.float32)
    slopes = (seen.T @ back, back.sum(axis=0), layer.T @ error, seen.T @ error, error.sum(axis=0))
    return tuple(np.asarray(slope, dtype=np.float32) for slope in slopes)


def _kept(chance: np.random.Generator, shape: tuple[int, ...], left_out: float) -> Floats:
    kept = chance.random(shape, dtype=np.float32) > left_out
    return np.asarray(kept / np.float32(1 - left_out), dtype=np.float32)


@dataclass(slots=True)
class _Adam:
    """Adam with decoupled weight decay (Loshchilov and Hutter, 2019); changes the network in place."""

    network: Network
    steps: int = 0
    first: list[NDArray[np.float32]] = field(default_factory=list)
    second: list[NDArray[np.float32]] = field(default_factory=list)

    def step(self, slopes: tuple[Floats, ...], rate: float) -> None:
        parts = (
            (self.network.hidden, _DECAY),
            (self.network.hidden_bias, 0.0),
            (self.network.out, _DECAY),
            (self.network.straight, _DECAY_STRAIGHT),
            (self.network.bias, 0.0),
        )
        if not self.first:
            self.first = [np.zeros_like(weights) for weights, _ in parts]
            self.second = [np.zeros_like(weights) for weights, _ in parts]
        self.steps += 1
        for place, ((weights, decay), slope) in enumerate(zip(parts, slopes, strict=True)):
            first, second = self.first[place], self.second[place]
            first += (1 - _FIRST_MOMENT) * (slope - first)
            second += (1 - _SECOND_MOMENT) * (slope * slope - second)
            mean = first / (1 - _FIRST_MOMENT**self.steps)
            spread = np.sqrt(second / (1 - _SECOND_MOMENT**self.steps)) + 1e-7
            weights -= np.float32(rate) * (mean / spread + np.float32(decay) * weights)
