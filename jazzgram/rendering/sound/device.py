"""The sound device of this computer."""

from __future__ import annotations

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.encode import Samples
from jazzgram.rendering.sound.requirements import need


def check_device(instead: str) -> None:
    """Check that there is a device that can play.

    Parameters
    ----------
    instead : str
        The end of the error message: what to do instead.

    Raises
    ------
    JazzgramError
        With one line, where there is no device or the library that plays is missing.
    """
    try:
        need("sounddevice", "play").check_output_settings(samplerate=48000, channels=2)
    except JazzgramError:
        raise
    except Exception as error:  # PortAudio's own kinds, and ValueError where there is no device
        reason = " ".join(str(error).split())
        raise JazzgramError(f"no sound device here can play ({reason}); {instead}") from None


def play_samples(samples: Samples, rate: int) -> None:
    """Play until the end or until Ctrl-C.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, channels)
        Within full scale.
    rate : int
        Samples per second.
    """
    device = need("sounddevice", "play")
    try:
        device.play(samples, rate, blocking=True)
    except KeyboardInterrupt:
        device.stop()
