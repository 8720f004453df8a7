"""`Network`: one hidden layer and a straight way beside it, as arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Network:
    """Logits of all labels from a row of inputs, or from many rows."""

    hidden: Floats
    hidden_bias: Floats
    out: Floats
    straight: Floats
    bias: Floats

    def logits(self, inputs: Floats) -> Floats:
        """One row of logits a row of inputs."""
        layer = np.maximum(inputs @ self.hidden + self.hidden_bias, 0)
        return np.asarray(layer @ self.out + inputs @ self.straight + self.bias, dtype=np.float32)

    def calibrated(self, slope: Floats, level: Floats) -> "Network":
        """The network whose logits are this one's times `slope` plus `level`, label by label."""
        return Network(
            self.hidden, self.hidden_bias, self.out * slope, self.straight * slope, self.bias * slope + level
        )
