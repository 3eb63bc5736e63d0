"""Whether probabilities mean what they say."""

_BINS = 10


class Calibration:
    """Collects probabilities with what became of them."""

    def __init__(self) -> None:
        self._count = [0] * _BINS
        self._sure = [0.0] * _BINS
        self._right = [0] * _BINS

    def add(self, probability: float, right: bool) -> None:
        """One decision."""
        at = min(_BINS - 1, int(probability * _BINS))
        self._count[at] += 1
        self._sure[at] += probability
        self._right[at] += right

    @property
    def error(self) -> float | None:
        """Expected calibration error over ten bins, 0 to 1 (Naeini et al. 2015); None without decisions."""
        total = sum(self._count)
        if not total:
            return None
        gaps = (abs(self._sure[at] - self._right[at]) for at in range(_BINS))
        return sum(gaps) / total
